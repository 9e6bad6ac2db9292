using System.CommandLine;
using Slipway.Cli.Output;
using Slipway.Operator;
using Slipway.Tickets;

namespace Slipway.Cli.Commands;

/// <summary><c>slipway doctor</c>: components, versions, which operations they allow, and why not.</summary>
static class DoctorCommand
{
    public static Command Verb(Surroundings surroundings)
    {
        var cluster = new ClusterOptions();
        var output = OutputFormats.Option();
        var operation = new Option<Operation?>("--operation") { Description = "Look at one operation only" };
        var command = new Command("doctor", "Show the components found, their versions, which operations they allow, and why not; exits 5 when an operation is not allowed")
        {
            operation, output, cluster.Kubeconfig, cluster.Context,
        };
        command.SetAction((parsed, cancellation) => surroundings.RunAsync(async () =>
        {
            var format = OutputFormats.Parse(parsed.GetValue(output));
            using var open = cluster.Open(parsed, surroundings);
            var lines = await new ComponentViews(open.Api, surroundings.Time).DiagnoseAsync(cancellation);
            if (parsed.GetValue(operation) is { } one) lines = [.. lines.Where(line => line.Operation == one)];
            DiagnosisText.Write(surroundings, lines, format);
            return lines.Any(line => line.Refusal is not null && !line.IsOptional) ? ExitCode.Refused : ExitCode.Done;
        }));
        return command;
    }
}
