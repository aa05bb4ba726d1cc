-- The report: one page about what was recorded in a period.
CREATE SCHEMA report_test;
SET search_path = report_test;
SET timezone = 'UTC';
\set VERBOSITY terse

-- The page holds what was done since, whatever its text is made of
SELECT clock_timestamp() AS start \gset
CREATE TABLE "<b>bold</b> & ""co""" (a int);
INSERT INTO "<b>bold</b> & ""co""" VALUES (1);
SET ddl_warden.override = 'because </q><script>alert(1)</script>';
CREATE INDEX ON "<b>bold</b> & ""co""" (a);
RESET ddl_warden.override;
COMMENT ON TABLE "<b>bold</b> & ""co""" IS 'two
lines';
BEGIN;
SAVEPOINT failing;
ALTER TABLE "<b>bold</b> & ""co""" ADD COLUMN a int;
ROLLBACK TO failing;
COMMIT;
SELECT ddl_warden.report(:'start') AS page \gset
CREATE FUNCTION says(page text, part text) RETURNS boolean
LANGUAGE sql BEGIN ATOMIC SELECT position(part IN page) > 0; END;
SELECT part, says(:'page', part) FROM (VALUES
	('<!DOCTYPE html>'),
	('Schema changes in <bdi>' || current_database() || '</bdi>'),
	('<b>4</b> statements were judged. None was refused. <b>1</b> went through by an override or unjudged.'),
	('A bar is 1 second'),
	('<q><bdi>because &lt;/q&gt;&lt;script&gt;alert(1)&lt;/script&gt;</bdi></q>'),
	('report_test.&quot;&lt;b&gt;bold&lt;/b&gt; &amp; &quot;&quot;co&quot;&quot;&quot;'),
	(E'IS &#39;two\nlines&#39;</pre>'),
	('data-l="Error">42701 <span class="by">duplicate_column</span></td>'),
	('Not measured: no statement was compared'),
	(E'</html>\n')) AS v(part);
SELECT part, says(:'page', part) FROM (VALUES ('<script'), ('<b>bold'), ('http:')) AS v(part);
SELECT :'page' ~ '^[\x01-\x7f]*$' AS plain_ascii, length(:'page') < 50000 AS small;

-- It comes in the time zone of the session, and is of the period alone
SET timezone = 'Asia/Kolkata';
SELECT says(page, 'Times are in Asia/Kolkata'), says(page, 'No schema change was recorded in this period.')
	FROM ddl_warden.report('2000-01-01', '2000-01-08') AS page;
SELECT says(page, '<time>2000-01-01 00:00</time> to <time>2000-01-08 00:00</time> <span class="by">7 d,')
	FROM ddl_warden.report('2000-01-01', '2000-01-08') AS page;
SET timezone = 'UTC';

-- Ends that are left out or infinite
SELECT says(ddl_warden.report(), '<span class="by">7 d, UTC</span>');
SELECT says(ddl_warden.report(NULL, NULL), '<span class="by">7 d, UTC</span>');
SELECT says(ddl_warden.report(until => '2000-01-08'), '<time>2000-01-01 00:00</time> to <time>2000-01-08 00:00</time>');
SELECT says(ddl_warden.report('-infinity', 'infinity'), 'statements were judged');
SELECT says(ddl_warden.report('-infinity', '2000-01-08'), 'No schema change');
SELECT says(ddl_warden.report(now() + interval '1 day', 'infinity'), 'No schema change');
SELECT says(ddl_warden.report('1066-01-01', 'infinity'), 'A bar is 1/150 of the period');
\set VERBOSITY default
SELECT ddl_warden.report('2000-01-08', '2000-01-08');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
SELECT ddl_warden.report('2000-01-09', '2000-01-08');
SELECT ddl_warden.report('infinity');
SELECT ddl_warden.report(until => '-infinity');

-- It runs as its caller, who must be allowed to read the record, and by no names of the caller's
CREATE ROLE report_test_reader;
GRANT USAGE ON SCHEMA report_test TO report_test_reader;
SET ROLE report_test_reader;
SELECT ddl_warden.report();
RESET ROLE;
GRANT pg_monitor TO report_test_reader;
CREATE FUNCTION count(anyelement) RETURNS bigint LANGUAGE sql AS 'SELECT 1 / 0';
CREATE FUNCTION to_char(timestamptz, text) RETURNS text LANGUAGE sql AS 'SELECT 1 / 0';
SET ROLE report_test_reader;
SET search_path = report_test, pg_catalog;
BEGIN READ ONLY;
SELECT says(ddl_warden.report(:'start'), 'statements were judged');
COMMIT;
RESET ROLE;

-- Every way to divide the time
SELECT length, substring(ddl_warden.report(now() - length, 'infinity') FROM 'A bar is ([^;]*);') AS bar
	FROM unnest(ARRAY['1 minute', '10 minutes', '1 hour', '2 hours', '8 hours', '1 day', '2 days', '7 days', '30 days', '90 days',
		'1 year', '2 years', '10 years', '30 years']::interval[]) AS length;

DROP SCHEMA report_test CASCADE;
DROP ROLE report_test_reader;
