-- Schemas, the analysts' group role, and the row that says which world a database belongs to.
COMMENT ON SCHEMA core IS 'Monitor''s own tables; analysts never read them directly.';
CREATE SCHEMA analyst;
COMMENT ON SCHEMA analyst IS 'Read-only, documented views for analysts; everything here may be handed out.';

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'analyst') THEN
        CREATE ROLE analyst NOLOGIN;
    END IF;
EXCEPTION
    -- Another database of the same server is being set up at this moment.
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

REVOKE ALL ON SCHEMA core FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA analyst TO analyst;

CREATE TABLE core.world (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    world text NOT NULL CHECK (world IN ('live', 'replay'))
);
COMMENT ON TABLE core.world IS 'One row: whether live sources or the replay feed this database; they exclude each other.';
COMMENT ON COLUMN core.world.is_only IS 'Always true: keeps the table to one row.';
COMMENT ON COLUMN core.world.world IS 'live or replay, set by the first collecting run.';
