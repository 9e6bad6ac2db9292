using System.Text.Json.Nodes;
using System.Text;
using System.Text.Json;
using Slipway.Resources;
using Slipway.CafeDeployments;
using Slipway.Operator.Cluster;
using Slipway.Workloads;

namespace Slipway.Operator.CafeDeployments;

/// <summary>Reads what the API server answers about a ReplicaSet or StatefulSet.</summary>
static class BuiltInSets
{
    public static Workload Read(PodSetType type, JsonObject answer)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(answer.ToJsonString()));
        reader.Read();
        return new WorkloadProjection(type == PodSetType.ReplicaSet ? Kinds.ReplicaSets : Kinds.StatefulSets).Read(ref reader);
    }
}
