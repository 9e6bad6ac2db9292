using System.CommandLine;
using Slipway.Operator;
using Slipway.Resources;
using Slipway.Runtime.Api;

namespace Slipway.Cli.Commands;

/// <summary>kubectl's options for which cluster and namespace.</summary>
sealed class ClusterOptions
{
    public Option<string?> Namespace { get; } = new("--namespace", "-n") { Description = "Namespace; default: the context's" };
    public Option<string?> Kubeconfig { get; } = new("--kubeconfig") { Description = "Path of the kubeconfig; default: $KUBECONFIG, else ~/.kube/config, else in-cluster" };
    public Option<string?> Context { get; } = new("--context") { Description = "Context of the kubeconfig" };

    public Command AddTo(Command command)
    {
        command.Options.Add(Namespace);
        command.Options.Add(Kubeconfig);
        command.Options.Add(Context);
        return command;
    }

    public OpenCluster Open(ParseResult parsed, Surroundings surroundings)
    {
        var connection = surroundings.Connect(parsed.GetValue(Kubeconfig), parsed.GetValue(Context));
        return new(connection, parsed.GetValue(Namespace) ?? connection.Namespace);
    }
}

/// <summary>A connection and the namespace a command is about.</summary>
sealed record OpenCluster(Connection Connection, string Namespace) : IDisposable
{
    public KubernetesApi Api => Connection.Api;

    /// <summary>For one look at the cluster; what may not be seen is said.</summary>
    public TicketViews Views(Surroundings surroundings) => new(Api, surroundings.Time, sentence => surroundings.Talk.WriteLine($"slipway: {sentence}"));

    public ObjectKey Key(string name) => new(Namespace, name);

    public void Dispose() => Connection.Dispose();
}
