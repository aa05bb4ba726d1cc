# What there is in a random schema, by its catalogs: relations with columns, constraints, indexes and what else
# statements name.
package RandomModel;
use strict;
use warnings;
use JSON::PP qw(decode_json);

my $query = <<'SQL';
SELECT json_build_object(
	'name', CASE n.nspname WHEN 's' THEN '' ELSE n.nspname || '.' END || quote_ident(c.relname),
	'short', quote_ident(c.relname),
	'schema', n.nspname,
	'kind', c.relkind,
	'persistence', c.relpersistence,
	'partition', c.relispartition,
	'typed', c.reloftype <> 0,
	'owner', pg_get_userbyid(c.relowner),
	'comment', coalesce(obj_description(c.oid, 'pg_class'), ''),
	'parents', (SELECT coalesce(json_agg(pn.nspname || '.' || p.relname ORDER BY i.inhseqno), '[]') FROM pg_inherits i
		JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE i.inhrelid = c.oid),
	'children', (SELECT coalesce(json_agg(x.relname ORDER BY x.relname), '[]') FROM pg_inherits i
		JOIN pg_class x ON x.oid = i.inhrelid WHERE i.inhparent = c.oid),
	'bound', coalesce(pg_get_expr(c.relpartbound, c.oid), ''),
	'key', (SELECT coalesce(json_agg(a.attname), '[]') FROM pg_partitioned_table p JOIN pg_attribute a ON a.attrelid = c.oid
		AND a.attnum = ANY (p.partattrs::int2[]) WHERE p.partrelid = c.oid),
	'columns', (SELECT coalesce(json_agg(json_build_object('name', quote_ident(attname), 'type', format_type(atttypid, atttypmod),
			'not_null', attnotnull, 'default', atthasdef, 'identity', attidentity, 'generated', attgenerated,
			'inherited', attinhcount > 0, 'viewed', EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_rewrite'::regclass
				AND refclassid = 'pg_class'::regclass AND refobjid = c.oid AND refobjsubid = attnum)) ORDER BY attnum), '[]')
		FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped),
	'constraints', (SELECT coalesce(json_agg(json_build_object('name', quote_ident(conname), 'type', contype, 'valid', convalidated, 'deferrable', condeferrable,
			'inherited', coninhcount > 0, 'keys', (SELECT coalesce(json_agg(quote_ident(attname)), '[]') FROM pg_attribute
				WHERE attrelid = c.oid AND attnum = ANY (conkey)),
			'target', CASE WHEN confrelid <> 0 THEN confrelid::regclass::text END,
			'definition', pg_get_constraintdef(k.oid)) ORDER BY conname), '[]')
		FROM pg_constraint k WHERE conrelid = c.oid),
	'indexes', (SELECT coalesce(json_agg(json_build_object('name', CASE nx.nspname WHEN 's' THEN '' ELSE nx.nspname || '.' END || quote_ident(x.relname),
			'short', quote_ident(x.relname), 'unique', indisunique, 'primary', indisprimary,
			'constraint', (SELECT count(*) > 0 FROM pg_constraint WHERE conindid = x.oid AND conrelid = c.oid),
			'plain', indpred IS NULL AND indexprs IS NULL, 'valid', indisvalid, 'partition', x.relispartition, 'method', am.amname,
			'shape', indisunique || substring(pg_get_indexdef(x.oid) FROM ' USING .*'), 'kind', x.relkind)
			ORDER BY x.relname), '[]')
		FROM pg_index JOIN pg_class x ON x.oid = indexrelid JOIN pg_namespace nx ON nx.oid = x.relnamespace
		JOIN pg_am am ON am.oid = x.relam WHERE indrelid = c.oid),
	'triggers', (SELECT coalesce(json_agg(quote_ident(tgname) ORDER BY tgname), '[]') FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal),
	'rules', (SELECT coalesce(json_agg(quote_ident(rulename) ORDER BY rulename), '[]') FROM pg_rewrite WHERE ev_class = c.oid AND rulename <> '_RETURN'),
	'policies', (SELECT coalesce(json_agg(quote_ident(polname) ORDER BY polname), '[]') FROM pg_policy WHERE polrelid = c.oid),
	'statistics', (SELECT coalesce(json_agg(quote_ident(stxname) ORDER BY stxname), '[]') FROM pg_statistic_ext WHERE stxrelid = c.oid)
	)::text
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE n.nspname IN ('s', 's2') ORDER BY n.nspname, c.relname
SQL

sub new
{
	my ($class, $session) = @_;
	my @relations = map { decode_json($_->[0]) } $session->rows($query);
	return bless { relations => \@relations }, $class;
}

sub children
{
	my ($self, $relation) = @_;
	my %children = map { $_ => 1 } @{ $relation->{children} };
	return grep { $children{ $_->{short} } } @{ $self->{relations} };
}

# Of these kinds, as pg_class.relkind has them.
sub of
{
	my ($self, $kinds) = @_;
	return grep { index($kinds, $_->{kind}) >= 0 } @{ $self->{relations} };
}

1;
