# A page in Chromium without a screen, driven over its debugging pipe (the DevTools protocol).
#
#   my $browser = Browser->open($file, $folder);              the folder is for its profile
#   $browser->look(width => 360, dark => 1, print => 1);       how the page is to be shown
#   $browser->ask('document.title')                            a script of ours; the value as it is
#   $browser->screenshot($png);  $browser->pdf($pdf);          into files
#   $browser->requests, $browser->complaints                   what the page asked for; errors, warnings
#   $browser->close
package Browser;

use strict;
use warnings;
use Fcntl qw(F_DUPFD);
use IO::Handle;
use IO::Select;
use JSON::PP;
use MIME::Base64 ();
use POSIX ();

my $patience = $ENV{PG_TEST_TIMEOUT_DEFAULT} || 180;

sub open
{
	my ($class, $file, $folder) = @_;
	my $self = bless { requests => [], complaints => [], heard => '', number => 0 }, $class;
	$self->start($folder);
	my $target = $self->command('Target.createTarget', { url => 'about:blank' })->{targetId};
	$self->{session} = $self->command('Target.attachToTarget', { targetId => $target, flatten => JSON::PP::true })->{sessionId};
	$self->command("$_.enable") for qw(Page Network Runtime Log);
	$self->command('Page.navigate', { url => "file://$file" });
	$self->wait_for('Page.loadEventFired');
	return $self;
}

# Chromium reads its commands from descriptor 3 and answers on 4. It needs no sandbox against us, and
# cannot have one in a container.
sub start
{
	my ($self, $folder) = @_;
	pipe(my $commands, my $to) or die "pipe: $!";
	pipe(my $from, my $answers) or die "pipe: $!";
	$self->{pid} = fork // die "fork: $!";
	if (!$self->{pid})
	{
		# Out of the way of 3 and 4 first.
		my ($in, $out) = map { fcntl($_, F_DUPFD, 10) } $commands, $answers;
		POSIX::dup2($in, 3);
		POSIX::dup2($out, 4);
		CORE::open(STDERR, '>>', "$folder/chromium.log");
		CORE::open(STDOUT, '>&', \*STDERR);
		$ENV{HOME} = $ENV{XDG_CONFIG_HOME} = $ENV{XDG_CACHE_HOME} = $folder;
		exec qw(chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --disable-breakpad --no-first-run
			--disable-background-networking --remote-debugging-pipe), "--user-data-dir=$folder/chromium"
			or POSIX::_exit(127);
	}
	$to->autoflush(1);
	@$self{qw(to from)} = ($to, $from);
	return;
}

# Sends a command and returns its result.
sub command
{
	my ($self, $method, $params) = @_;
	my $number = ++$self->{number};
	my %message = (id => $number, method => $method, params => $params // {});
	$message{sessionId} = $self->{session} if $self->{session};
	print { $self->{to} } encode_json(\%message) . "\0";
	my $answer = $self->hear(sub { ($_[0]{id} // 0) == $number });
	die "$method: $answer->{error}{message}\n" if $answer->{error};
	return $answer->{result};
}

sub wait_for
{
	my ($self, $event) = @_;
	return $self->hear(sub { ($_[0]{method} // '') eq $event });
}

# Reads messages up to the one that is wanted, and notes what the others tell.
sub hear
{
	my ($self, $wanted) = @_;
	while (1)
	{
		while ($self->{heard} =~ s/^([^\0]*)\0//)
		{
			my $message = decode_json($1);
			return $message if $wanted->($message);
			$self->note($message);
		}
		IO::Select->new($self->{from})->can_read($patience) or die "chromium does not answer\n";
		sysread($self->{from}, $self->{heard}, 1 << 20, length $self->{heard}) or die "chromium went away\n";
	}
}

sub note
{
	my ($self, $message) = @_;
	my $method = $message->{method} // '';
	my $params = $message->{params};
	push @{ $self->{requests} }, [ $params->{requestId}, $params->{request}{url} ] if $method eq 'Network.requestWillBeSent';
	$self->{stopped}{ $params->{requestId} } = 1 if $method eq 'Network.loadingFailed' && $params->{blockedReason};
	push @{ $self->{complaints} }, $params->{entry}{text} if $method eq 'Log.entryAdded';
	push @{ $self->{complaints} }, $params->{type} if $method eq 'Runtime.consoleAPICalled';
	push @{ $self->{complaints} }, $params->{exceptionDetails}{text} if $method eq 'Runtime.exceptionThrown';
	return;
}

sub look
{
	my ($self, %how) = @_;
	my $width = $how{width} // 1280;
	$self->command('Emulation.setDeviceMetricsOverride',
		{ width => $width, height => $how{height} // 800, deviceScaleFactor => 1, mobile => $width < 600 ? JSON::PP::true : JSON::PP::false });
	$self->command('Emulation.setEmulatedMedia',
		{ media => $how{print} ? 'print' : 'screen', features => [ { name => 'prefers-color-scheme', value => $how{dark} ? 'dark' : 'light' } ] });
	return;
}

sub ask
{
	my ($self, $script) = @_;
	my $result = $self->command('Runtime.evaluate', { expression => $script, returnByValue => JSON::PP::true });
	die "$script: $result->{exceptionDetails}{text}\n" if $result->{exceptionDetails};
	return $result->{result}{value};
}

sub save
{
	my ($file, $base64) = @_;
	CORE::open(my $out, '>:raw', $file) or die "$file: $!";
	print $out MIME::Base64::decode_base64($base64);
	CORE::close($out);
	return;
}

# The whole page, however long, or what lies in a rectangle: [x, y, width, height].
sub screenshot
{
	my ($self, $file, $clip) = @_;
	my %params = (captureBeyondViewport => JSON::PP::true);
	$clip //= [ 0, 0, map { $self->ask("document.documentElement.$_") } qw(scrollWidth scrollHeight) ];
	@{ $params{clip} }{qw(x y width height scale)} = (@$clip, 1);
	save($file, $self->command('Page.captureScreenshot', \%params)->{data});
	return;
}

sub pdf
{
	my ($self, $file) = @_;
	save($file, $self->command('Page.printToPDF', { printBackground => JSON::PP::false, preferCSSPageSize => JSON::PP::true })->{data});
	return;
}

# Announced is also what a policy then stops.
sub requests
{
	my ($self) = @_;
	return map { $_->[1] } grep { !$self->{stopped}{ $_->[0] } } @{ $self->{requests} };
}

sub complaints { return @{ $_[0]{complaints} } }

sub close
{
	my ($self) = @_;
	my $session = delete $self->{session};
	eval { $self->command('Browser.close') };
	waitpid($self->{pid}, 0);
	return;
}

1;
