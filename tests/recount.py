"""Counts as the stored annotations say they are: what ``core.series_count`` and ``core.count_version`` must hold."""

from __future__ import annotations

from typing import Any

from monitor import store

COUNTED = """
WITH counted AS (
    SELECT annotation.*, channel.source, date_bin('15 minutes', posted_at, 'epoch') AS bin_at, post.collected_at
    FROM core.post_annotation AS annotation
    JOIN core.post AS post USING (channel_id, post_id, posted_at)
    JOIN core.channel AS channel USING (channel_id)
    WHERE channel.source <> 'x' AND post.is_counted
)
"""
SERIES = (
    COUNTED
    + """,
place AS (SELECT DISTINCT channel_id, post_id, posted_at, place_id FROM core.post_place),
part AS (
    SELECT channel_id, post_id, posted_at, NULL AS theme_id, place_id, NULL AS source, NULL AS language, NULL::bigint AS channel
    FROM place
    UNION ALL SELECT channel_id, post_id, posted_at, theme_id, NULL, NULL, NULL, NULL FROM core.post_theme
    UNION ALL SELECT channel_id, post_id, posted_at, theme_id, NULL, NULL, NULL, channel_id FROM core.post_theme
    UNION ALL SELECT channel_id, post_id, posted_at, theme_id, place_id, NULL, NULL, NULL
        FROM core.post_theme JOIN place USING (channel_id, post_id, posted_at)
    UNION ALL SELECT channel_id, post_id, posted_at, theme_id, NULL, counted.source, NULL, NULL
        FROM core.post_theme JOIN counted USING (channel_id, post_id, posted_at)
    UNION ALL SELECT channel_id, post_id, posted_at, theme_id, NULL, NULL, counted.language, NULL
        FROM core.post_theme JOIN counted USING (channel_id, post_id, posted_at) WHERE counted.language IS NOT NULL
),
expected AS (
    SELECT part.theme_id, part.place_id, part.source, part.language, part.channel, counted.bin_at,
        count(*) AS posts_count, count(*) FILTER (WHERE counted.is_origin) AS origin_count
    FROM part JOIN counted USING (channel_id, post_id, posted_at)
    GROUP BY 1, 2, 3, 4, 5, 6
),
stored AS (
    SELECT theme_id, place_id, source, language, channel_id, bin_at, sum(posts_count) AS posts_count, sum(origin_count) AS origin_count
    FROM core.series_count JOIN core.series USING (series_id)
    GROUP BY 1, 2, 3, 4, 5, 6
)
SELECT * FROM (TABLE expected EXCEPT TABLE stored) AS missing
UNION ALL
SELECT * FROM (TABLE stored EXCEPT TABLE expected) AS surplus
"""
)
VERSIONS = (
    COUNTED
    + """,
expected AS (SELECT bin_at, codebook_version, count(*)::integer AS posts_count FROM counted GROUP BY 1, 2)
SELECT * FROM (TABLE expected EXCEPT SELECT bin_at, codebook_version, posts_count FROM core.count_version) AS missing
UNION ALL
SELECT * FROM (SELECT bin_at, codebook_version, posts_count FROM core.count_version EXCEPT TABLE expected) AS surplus
"""
)


def miscounts(connection: store.Connection) -> list[tuple[Any, ...]]:
    """Give every count that is not what the annotations say; only where no counted post was withdrawn can that be none."""
    return [*connection.execute(SERIES.encode()).fetchall(), *connection.execute(VERSIONS.encode()).fetchall()]
