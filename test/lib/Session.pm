# A client that speaks the protocol itself: what its caller is told is what came over the socket, no
# more and no less, also when the connection breaks off in the middle.
package Session;
use strict;
use warnings;
use IO::Socket::UNIX;

use constant PROTOCOL_3 => 3 << 16;

# Returns undef where the server takes no connection now.
sub open
{
	my ($class, $node, $database) = @_;
	my $socket = IO::Socket::UNIX->new(Peer => $node->host . '/.s.PGSQL.' . $node->port) or return;
	my $self = bless { socket => $socket, read => '', status => '' }, $class;
	my $startup = pack('N', PROTOCOL_3) . join("\0", user => 'postgres', database => $database, '', '');

	$self->send(pack('N', length($startup) + 4) . $startup);
	my $answer = $self->answer;
	return $self->{status} eq 'I' && !$answer->{error} ? $self : undef;
}

# Sends one message, with one or several statements. Returns
#   done      command tags, one for each statement that the server said was done
#   rows      of all of them, as arrays of text; NULL is not provided for
#   error     { code, message, fields }, where one came; fields by their letters in the protocol
#   notices   messages
# lost() tells whether the connection broke off before the server was ready for the next one.
sub ask
{
	my ($self, $query) = @_;
	$self->send_query($query);
	return $self->answer;
}

# For one that goes on for a while: its answer is asked for later.
sub send_query
{
	my ($self, $query) = @_;
	$self->send('Q' . pack('NZ*', length($query) + 5, $query));
}

# As psql does: dies where there is an error.
sub rows
{
	my ($self, $query) = @_;
	my $answer = $self->ask($query);
	die "$query: " . ($answer->{error} ? $answer->{error}{message} : 'connection lost') . "\n"
		if $answer->{error} || $self->lost;
	return @{ $answer->{rows} };
}

sub lost { return $_[0]{status} eq ''; }

# In a block: one that goes on, or one that failed.
sub in_transaction { return $_[0]{status} =~ /[TE]/; }
sub has_failed_transaction { return $_[0]{status} eq 'E'; }

sub send
{
	my ($self, $bytes) = @_;
	local $SIG{PIPE} = 'IGNORE';
	$self->{status} = '';
	while (length $bytes)
	{
		my $sent = syswrite $self->{socket}, $bytes;
		next if !defined $sent && $!{EINTR};
		return if !defined $sent;    # the answer, or its end, tells what happened
		substr($bytes, 0, $sent) = '';
	}
}

sub answer
{
	my ($self) = @_;
	my $answer = { done => [], rows => [], notices => [] };

	while (my ($type, $body) = $self->message)
	{
		if ($type eq 'C') { push @{ $answer->{done} }, unpack('Z*', $body); }
		elsif ($type eq 'D') { push @{ $answer->{rows} }, [ unpack 'x2 (N/a)*', $body ]; }
		elsif ($type eq 'N') { push @{ $answer->{notices} }, fields($body)->{M}; }
		elsif ($type eq 'E')
		{
			my $fields = fields($body);
			$answer->{error} = { code => $fields->{C}, message => $fields->{M}, fields => $fields };
		}
		elsif ($type eq 'Z')
		{
			$self->{status} = $body;
			last;
		}
	}
	return $answer;
}

# Type and body of the next one; nothing at the end of the connection.
sub message
{
	my ($self) = @_;
	$self->fill(5) or return;
	my ($type, $length) = unpack 'aN', $self->{read};
	$self->fill(1 + $length) or return;
	my $message = substr $self->{read}, 0, 1 + $length, '';
	return ($type, substr $message, 5);
}

sub fill
{
	my ($self, $wanted) = @_;
	while (length $self->{read} < $wanted)
	{
		my $got = sysread $self->{socket}, $self->{read}, 1 << 16, length $self->{read};
		next if !defined $got && $!{EINTR};
		return 0 if !$got;
	}
	return 1;
}

# A string for each letter, and a zero at the end.
sub fields { return { unpack '(aZ*)*', substr $_[0], 0, -1 }; }

1;
