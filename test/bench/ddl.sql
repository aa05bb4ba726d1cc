CREATE TABLE measured (id bigint, payload text);
ALTER TABLE measured ADD COLUMN added int DEFAULT 0;
CREATE INDEX measured_added ON measured (added);
DROP TABLE measured;
