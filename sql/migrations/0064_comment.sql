-- What was left without a comment.
COMMENT ON FUNCTION core.refuse_change IS 'Refuse to change rows of a table that keeps its history.';
