using System.Text;
using System.Threading.Channels;
using Slipway.Sandbox.Clocks;
using Slipway.Sandbox.Nodes.Shells;
using Xunit;

namespace Slipway.Tests.Sandbox.Nodes.Shells;

public sealed class ContainerShellTests
{
    [Theory]
    [InlineData("echo one   two", "one two\n", 0)]
    [InlineData("echo 'one   two' \"a $NAME\" ${NAME}x \\$NAME", "one   two a cart cartx $NAME\n", 0)]
    [InlineData("echo -n a; echo b", "ab\n", 0)]
    [InlineData("false || echo rescued", "rescued\n", 0)]
    [InlineData("false && echo never; echo $?", "1\n", 0)]
    [InlineData("exit 300", "", 44)]
    [InlineData("false; exit", "", 1)]
    [InlineData("exit 3; echo never", "", 3)]
    [InlineData("A=5; export B=6; echo $A$B", "56\n", 0)]
    [InlineData("sh -c 'exit 4'; echo $?", "4\n", 0)]
    [InlineData("printenv NAME; printenv NONE", "cart\n", 1)]
    [InlineData("", "", 0)]
    public async Task A_script_prints_what_a_shell_prints_and_ends_as_a_shell_ends(string script, string printed, int code)
    {
        var ran = await Ran(["sh", "-c", script]);

        Assert.Equal((printed, "", code), ran);
    }

    [Theory]
    [InlineData("ls | wc", "sh: \"|\" is not available in the make-believe shell\n")]
    [InlineData("echo $(date)", "sh: \"(\" is not available in the make-believe shell\n")]
    [InlineData("echo \"$(date)\"", "sh: \"$(\" is not available in the make-believe shell\n")]
    [InlineData("echo 'open", "sh: a quoted string is not closed\n")]
    public async Task What_the_shell_does_not_have_is_said_and_the_script_ends_with_2(string script, string complaint)
    {
        var ran = await Ran(["sh", "-c", script]);

        Assert.Equal(("", complaint, 2), ran);
    }

    [Fact]
    public async Task A_program_that_is_not_there_ends_a_step_with_127_and_a_command_without_a_code()
    {
        Assert.Equal(("", "sh: nginx: not found\n", 127), await Ran(["sh", "-c", "nginx"]));
        Assert.Equal(("", "", null), await Ran(["nginx"]));
    }

    [Fact]
    public async Task Standard_input_is_copied_by_cat_and_obeyed_by_a_shell()
    {
        Assert.Equal(("as it came", "", 0), await Ran(["cat"], "as it", " came"));
        Assert.Equal(("one\n", "", 5), await Ran(["/bin/sh"], "ec", "ho one\nexit 5\necho never\n"));
    }

    [Fact]
    public async Task A_terminal_shows_what_is_typed_and_forgets_what_is_taken_back()
    {
        var (shown, _, code) = await Ran(["sh"], isTerminal: true, "echo ab\u007fc\r", "exit 2\r");

        Assert.Equal(2, code);
        Assert.Equal("/ # echo ab\b \bc\r\nac\r\n/ # exit 2\r\n", shown);
    }

    [Fact]
    public async Task Sleep_takes_the_time_of_the_sandbox()
    {
        var time = new VirtualTime(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var shell = new ContainerShell(new Dictionary<string, string>(), new(Channel.CreateUnbounded<ReadOnlyMemory<byte>>().Reader, _ => default, _ => default, IsTerminal: false), time);

        var running = shell.RunAsync(["sleep", "30"], TestContext.Current.CancellationToken);

        Assert.False(running.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(0, await running);
    }

    static Task<(string Output, string Error, int? Code)> Ran(IReadOnlyList<string> command, params string[] input) => Ran(command, isTerminal: false, input);

    static async Task<(string Output, string Error, int? Code)> Ran(IReadOnlyList<string> command, bool isTerminal, params string[] input)
    {
        var (output, error, typed) = (new StringBuilder(), new StringBuilder(), Channel.CreateUnbounded<ReadOnlyMemory<byte>>());
        foreach (var piece in input) typed.Writer.TryWrite(Encoding.UTF8.GetBytes(piece));
        typed.Writer.Complete();
        var environment = new Dictionary<string, string> { ["NAME"] = "cart" };
        var shell = new ContainerShell(environment, new(typed.Reader, piece => Into(output, piece), piece => Into(error, piece), isTerminal), TimeProvider.System);
        var code = await shell.RunAsync(command, TestContext.Current.CancellationToken);
        return (output.ToString(), error.ToString(), code);
    }

    static ValueTask Into(StringBuilder text, ReadOnlyMemory<byte> piece)
    {
        text.Append(Encoding.UTF8.GetString(piece.Span));
        return default;
    }
}
