using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Slipway.Sandbox.Nodes.Shells;

namespace Slipway.Sandbox.ApiServer.Exec;

/// <summary>A command that is about to run in a container, and what its client wants of it.</summary>
public sealed class ExecSession
{
    /// <summary>The exit code of a process that was killed.</summary>
    const int Killed = 137;

    readonly Objects _objects;
    readonly TimeProvider _time;
    readonly Storage.StoredObject _pod;
    readonly string _container;
    readonly IReadOnlyList<string> _command;

    internal ExecSession(Objects objects, TimeProvider time, Storage.StoredObject pod, string container, ApiRequest request)
    {
        (_objects, _time, _pod, _container) = (objects, time, pod, container);
        _command = request.All("command");
        HasInput = request.Has("stdin");
        HasOutput = request.Has("stdout");
        HasError = request.Has("stderr");
        IsTerminal = request.Has("tty");
        if (_command.Count == 0) throw StatusException.BadRequest("you must specify at least one command for the container");
        if (!HasInput && !HasOutput && !HasError) throw StatusException.BadRequest("you must specify at least 1 of stdin, stdout, stderr");
    }

    public bool HasInput { get; }
    public bool HasOutput { get; }
    public bool HasError { get; }
    public bool IsTerminal { get; }

    /// <summary>Runs the command until it ends or its container does, and returns the Status that tells how.</summary>
    public async Task<JsonObject> RunAsync(ChannelReader<ReadOnlyMemory<byte>> input, Func<ReadOnlyMemory<byte>, ValueTask> output, Func<ReadOnlyMemory<byte>, ValueTask> error, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var container = Identity(_pod);
        using var watch = _objects.Watch(_pod.Type, change =>
        {
            if (change.Object.Key == _pod.Key && (change.New is not { } now || Identity(now) != container)) gone.TrySetResult();
        });
        var shell = new ContainerShell(ContainerEnvironment.Of(_pod.Json, _container, _objects), new(input, output, IsTerminal ? output : error, IsTerminal), _time);
        var running = shell.RunAsync(_command, end.Token);
        if (await Task.WhenAny(running, gone.Task) == running) return Ended(await running);
        await end.CancelAsync();
        return Ended(Killed);
    }

    /// <summary>Tells one run of a container from the next.</summary>
    string? Identity(Storage.StoredObject pod) =>
        pod.Json.At("status", "containerStatuses").Items().FirstOrDefault(status => status.At("name").Text() == _container).At("containerID").Text();

    JsonObject Ended(int? code) => code switch
    {
        null => Failure("InternalError", $"Internal error occurred: failed to exec in container: exec: \"{_command[0]}\": executable file not found in $PATH", null),
        0 => new() { ["metadata"] = new JsonObject(), ["status"] = "Success" },
        _ => Failure("NonZeroExitCode", $"command terminated with non-zero exit code: exit status {code}", new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = code.Value.ToString(CultureInfo.InvariantCulture) }),
        }),
    };

    static JsonObject Failure(string reason, string message, JsonObject? details)
    {
        var status = new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Failure", ["message"] = message, ["reason"] = reason };
        if (details is null) status["code"] = 500;
        else status["details"] = details;
        return status;
    }
}
