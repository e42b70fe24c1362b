-- A year of many series is read from the key alone, without the table.
ALTER TABLE core.day_count
    DROP CONSTRAINT day_count_pkey,
    ADD PRIMARY KEY (series_id, day_date)
        INCLUDE (posts_count, origin_count, withdrawn_count, observed_share, codebook_version);
