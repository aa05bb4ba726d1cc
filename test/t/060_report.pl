# The report in a real browser: it asks for nothing, runs nothing, and can be read on a screen, light or dark, on a phone and on paper.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use IPC::Run ();
use JSON::PP ();
use Test::More;
use Browser;

plan skip_all => "Ubuntu's chromium is a snap, which no test can use"
  if system('command -v chromium >/dev/null') != 0 && -e '/etc/os-release' && slurp_file('/etc/os-release') =~ /^ID=ubuntu$/m;

my $node = PostgreSQL::Test::Cluster->new('report');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'ddl_warden'\nddl_warden.mode = observe\n");
$node->start;

# Every text that reaches the page tries to become something else.
my $evil = q{"><script>document.title = 'taken'</script><img src=x onerror=document.title=1>};
my $name = '"</td></table><b onclick=x>' . "\x{c3}\x{bc}\x{d7}\x{a9}\x{e2}\x{80}\x{ae}" . 'evil"';
my $database = '</title><script>a & b';
$node->safe_psql('postgres', qq(CREATE DATABASE "$database"));
my $connection = $node->connstr . " dbname='$database'";

sub run_in
{
	my ($sql) = @_;
	my ($out, $err);
	IPC::Run::run([ 'psql', '-XAtq', '-d', $connection, '-f', '-' ], '<', \$sql, '>', \$out, '2>', \$err);
	return ($out, $err);
}

my $quoted = $evil =~ s/'/''/gr;
my $long = 'x' x 1_000_000;
my ($out, $err) = run_in(<<SQL);
CREATE EXTENSION ddl_warden;
CREATE ROLE $name;
CREATE TABLE $name (a int);
INSERT INTO $name VALUES (1);
SET application_name = '$quoted';
SET ddl_warden.context = '$quoted';
CREATE INDEX ON $name (a);
ALTER TABLE $name ADD COLUMN note text DEFAULT E'$quoted\\x07';
SET ddl_warden.override = '$quoted';
CREATE INDEX ON $name (a, a) /* $long */;
BEGIN; SAVEPOINT s; ALTER TABLE $name ADD COLUMN a int; ROLLBACK TO s; COMMIT;
SET ddl_warden.mode = enforce;
CREATE INDEX ON $name (a);
UPDATE ddl_warden.rule SET action = 'warn' WHERE name = 'table_rewrite';
SELECT ddl_warden.pause('1 hour', '$quoted');
SQL
like($err, qr/ddl_warden refusal/, 'one statement was refused');

# What this version does not measure yet
($out, $err) = run_in(<<SQL);
SET session_replication_role = replica;
INSERT INTO ddl_warden.decision_log (id, decided_at, role_name, session_role, command, relation, statement, verdict, outcome, impact,
	lock_wait_ms, lock_attempts, blockers, run_ms, lock_held_ms, misprediction)
SELECT g, now() - g * interval '1 hour', 'deploy', 'gitlab', 'ALTER TABLE', 'public.orders', 'ALTER TABLE public.orders ADD COLUMN c' || g || ' int', 'allow', 'committed',
	'{"strongest": "AccessExclusiveLock", "relations": [{"relation": "public.orders"}]}',
	g * 10, 2, '[{"pid": 812, "role": "<i>metabase</i>", "state": "idle in transaction"}]', g * 30, g * 100, '{"locks": ["<u>public.customers</u>"]}'
FROM generate_series(1, 100) g;
SQL
is($err, '', 'rows with times');

# As the manual says: psql writes it to a file.
my $file = "$PostgreSQL::Test::Utils::tmp_check/report.html";
command_ok([ 'psql', '-XAtq', '-d', $connection, '-o', $file, '-c', 'SELECT ddl_warden.report()' ], 'psql writes the page');
my $page = slurp_file($file);
unlike($page, qr/[^\x01-\x7f]/, 'it is plain ASCII');
cmp_ok(length $page, '<', 200_000, 'and small');

my $folder = PostgreSQL::Test::Utils::tempdir_short();
my $browser = Browser->open($file, $folder);

is($browser->ask('document.title'), "Schema changes in $database", 'the title is the one we wrote');
is($browser->ask('document.scripts.length'), 0, 'no script');
is($browser->ask('document.images.length'), 0, 'no image');
is($browser->ask('document.compatMode'), 'CSS1Compat', 'standards mode');
is($browser->ask('[...document.querySelectorAll("*")].filter(e => e.getAttributeNames().some(a => a.startsWith("on"))).length'), 0, 'no handler');
is($browser->ask('document.querySelectorAll("main > section > table").length === document.querySelectorAll("table").length'), 1, 'every table stands in its section');
is($browser->ask('document.querySelectorAll("b:not(p b, .what b)").length'), 0, 'nothing of theirs became markup');

# All texts are there, as text.
for my $text ("<script>document.title = 'taken'</script>", '<img src=x onerror=', '</table><b onclick=x>', '<i>metabase</i>', '<u>public.customers</u>')
{
	cmp_ok($browser->ask('document.body.textContent.split(' . JSON::PP->new->allow_nonref->encode($text) . ').length - 1'), '>', 0, "shown: $text");
}
is($browser->ask('/[\u202a-\u202e\u2066-\u2069]/.test(document.documentElement.outerHTML)'), 0, 'nothing turns the text around');
is($browser->ask('document.body.textContent.includes("\u00fc\u05e9[U+202E]evil")'), 1, 'what would is spelt out');
is($browser->ask('document.body.textContent.includes("\ufffd")'), 0, 'no character was lost');

# What a reader looks for
is($browser->ask('document.querySelectorAll("h1").length'), 1, 'one main heading');
is($browser->ask('[...document.querySelectorAll("h2")].map(h => h.textContent).filter(h => h != "Not in the record").join("|")'),
	'Timeline|Longest statements|Latest refusals|By rule|By role|Overrides|Pauses and changes of rules|Riskiest tables|What failed|Mispredictions',
	'the sections');
is($browser->ask('[...document.querySelectorAll("nav a, .marks a")].filter(a => !document.querySelector(a.getAttribute("href"))).length'), 0, 'every link leads somewhere');
is($browser->ask('[...document.querySelectorAll("th")].filter(h => !h.scope).length'), 0, 'every table heading has a scope');
is($browser->ask('[...document.querySelectorAll("table")].filter(t => !t.caption).length'), 0, 'every table has a caption');
is($browser->ask('[...document.querySelectorAll("svg")].filter(s => !s.closest("[aria-hidden]") && !s.closest(".key") && !s.querySelector("title")).length'), 0, 'every drawing has a title');
is($browser->ask('new Set([...document.querySelectorAll("[id]")].map(e => e.id)).size === document.querySelectorAll("[id]").length'), 1, 'every name is given once');
cmp_ok($browser->ask('document.querySelectorAll(".lane.judged rect").length'), '>', 50, 'the timeline has bars');
is($browser->ask('document.querySelectorAll("#longest tbody tr").length'), 20, 'a list has an end');
like($browser->ask('document.querySelector("#longest > .more").textContent'), qr/^and \d+ more$/, 'which says how many more');

# The least contrast of a text with what is behind it, after WCAG 2.
my $contrast = <<'JS';
(() => {
	const rgb = c => c.match(/[\d.]+/g).map(Number);
	const light = c => rgb(c).slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
		.reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
	const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (rgb(c)[3] !== 0) return c; } return 'rgb(0, 0, 0)'; };
	let least = [99, ''];
	for (const e of document.querySelectorAll('body *')) {
		if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || ['TITLE', 'DESC'].includes(e.tagName.toUpperCase())) continue;
		const style = getComputedStyle(e);
		const [a, b] = [light(e.tagName === 'text' ? style.fill : style.color), light(behind(e))];
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < least[0]) least = [ratio, e.outerHTML.slice(0, 100)];
	}
	return least;
})()
JS
my $wider = '[...document.querySelectorAll("main *, header *")].filter(e => !e.closest("caption, thead") && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(e => e.outerHTML.slice(0, 100)).join()';

for my $look ([ 'a light screen', width => 1280 ], [ 'a dark screen', width => 1280, dark => 1 ], [ 'a tablet', width => 768 ],
	[ 'a phone', width => 360 ], [ 'a dark phone', width => 320, dark => 1 ], [ 'paper', width => 700, print => 1, dark => 1 ])
{
	my ($where, %how) = @$look;
	$browser->look(%how);
	my ($least, $element) = @{ $browser->ask($contrast) };
	cmp_ok($least, '>=', 4.5, "$where: every text has contrast enough") or diag($element);
	is($browser->ask('document.documentElement.scrollWidth - document.documentElement.clientWidth'), 0, "$where: nothing to scroll sideways");
	is($browser->ask($wider), '', "$where: nothing sticks out");
	$browser->screenshot("$PostgreSQL::Test::Utils::tmp_check/report " . ($where =~ s/^an? //r) . '.png');
}
$browser->look(width => 1280, dark => 1);
my $dark = $browser->ask('getComputedStyle(document.body).backgroundColor');
$browser->look(width => 1280);
isnt($browser->ask('getComputedStyle(document.body).backgroundColor'), $dark, 'light and dark differ');
$browser->look(width => 700, print => 1, dark => 1);
is($browser->ask('getComputedStyle(document.body).backgroundColor'), 'rgb(255, 255, 255)', 'paper is white');
$browser->look(width => 1280);
$browser->pdf("$PostgreSQL::Test::Utils::tmp_check/report.pdf");
like(slurp_file("$PostgreSQL::Test::Utils::tmp_check/report.pdf"), qr/\A%PDF/, 'it prints');

# A statement of a megabyte is folded away, and opens.
is($browser->ask('[...document.querySelectorAll("details")].filter(d => d.textContent.includes("characters in all")).length > 0'), 1, 'a long statement is cut');
is($browser->ask('(d => { d.open = true; return d.querySelector("pre").getBoundingClientRect().height > 0 })(document.querySelector("details"))'), 1, 'details open');

# Should anything get in all the same, the policy stops it.
is_deeply([ $browser->requests ], ["file://$file"], 'the page asked for nothing but itself');
is_deeply([ $browser->complaints ], [], 'and the browser has nothing to say');
$browser->ask('document.body.append(Object.assign(document.createElement("script"), {textContent: "document.title = 1"}))');
$browser->ask('document.body.append(Object.assign(document.createElement("img"), {src: "file:///etc/hostname"}))');
is($browser->ask('document.title'), "Schema changes in $database", 'a script that got in would not run');
like(join("\n", $browser->complaints), qr/Content Security Policy/, 'the policy says so');
is(scalar $browser->requests, 1, 'an image that got in would not be asked for');
$browser->close;

# An empty period
command_ok([ 'psql', '-XAtq', '-d', $connection, '-o', $file, '-c', q(SELECT ddl_warden.report('2001-01-01', '2001-01-02')) ], 'a page of nothing');
$browser = Browser->open($file, $folder);
is($browser->ask('document.querySelector(".summary").textContent'), 'No schema change was recorded in this period.', 'it says so');
is_deeply([ $browser->complaints ], [], 'without complaint');
$browser->close;

# A database in another encoding, read by a client in yet another
$node->safe_psql('postgres', "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
$node->safe_psql('postgres', "CREATE DATABASE bytes ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0");
for my $case ([ 'latin', "\x{c3}\x{bc}", 'UTF8', '&#xFC;' ], [ 'latin', "\x{fc}", 'LATIN1', '&#xFC;' ], [ 'bytes', "\x{ff}\x{c3}\x{bc}", 'SQL_ASCII', '&#xFFFD;&#xFC;' ])
{
	my ($in, $bytes, $encoding, $expected) = @$case;
	local $ENV{PGCLIENTENCODING} = $encoding;
	$node->safe_psql($in, qq(CREATE EXTENSION IF NOT EXISTS ddl_warden; CREATE TABLE t_$bytes (a int); DROP TABLE t_$bytes));
	like($node->safe_psql($in, 'SELECT ddl_warden.report()'), qr/DROP TABLE t_\Q$expected\E</, "a name in database $in, from a client in $encoding");
}

$node->stop;
done_testing();
