using System.Text.Json;
using Slipway.Resources;
using Slipway.Workloads;
using static Slipway.Operator.Cluster.ObjectReader;

namespace Slipway.Operator.Cluster;

/// <summary>Reads a Deployment, ReplicaSet or StatefulSet.</summary>
sealed class WorkloadProjection(string kind)
{
    readonly Pools _pools = new();

    public Workload Read(ref Utf8JsonReader reader)
    {
        var workload = new Workload { Kind = kind, Key = default, Uid = "", ResourceVersion = "", Desired = 1 };
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("metadata"u8)) workload = ReadMetadata(ref reader, workload);
            else if (reader.ValueTextEquals("spec"u8)) workload = ReadSpec(ref reader, workload);
            else if (reader.ValueTextEquals("status"u8)) workload = ReadStatus(ref reader, workload);
            else Pass(ref reader);
        }

        return workload;
    }

    Workload ReadMetadata(ref Utf8JsonReader reader, Workload workload)
    {
        if (!EnterObject(ref reader)) return workload;
        string ns = "", name = "";
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("name"u8)) name = Text(ref reader) ?? "";
            else if (reader.ValueTextEquals("namespace"u8)) ns = Text(ref reader, _pools) ?? "";
            else if (reader.ValueTextEquals("uid"u8)) workload = workload with { Uid = Text(ref reader) ?? "" };
            else if (reader.ValueTextEquals("resourceVersion"u8)) workload = workload with { ResourceVersion = Text(ref reader) ?? "" };
            else if (reader.ValueTextEquals("generation"u8)) workload = workload with { Generation = Number(ref reader) };
            else if (reader.ValueTextEquals("labels"u8)) workload = workload with { Labels = Labels(ref reader, _pools) };
            else if (reader.ValueTextEquals("deletionTimestamp"u8)) workload = workload with { Terminating = Time(ref reader) is not null };
            else if (reader.ValueTextEquals("annotations"u8)) workload = workload with { MadeFrom = Annotation(ref reader, Names.MadeFrom) };
            else if (reader.ValueTextEquals("ownerReferences"u8)) workload = workload with { Controller = Controller(ref reader, _pools) };
            else Pass(ref reader);
        }

        return workload with { Key = new(ns, name) };
    }

    Workload ReadSpec(ref Utf8JsonReader reader, Workload workload)
    {
        if (!EnterObject(ref reader)) return workload;
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("replicas"u8)) workload = workload with { Desired = (int)Number(ref reader) };
            else if (reader.ValueTextEquals("selector"u8)) workload = workload with { Selector = ReadSelector(ref reader) };
            else if (reader.ValueTextEquals("updateStrategy"u8)) workload = ReadUpdateStrategy(ref reader, workload);
            else Pass(ref reader);
        }

        return workload;
    }

    static LabelSelector? ReadSelector(ref Utf8JsonReader reader)
    {
        reader.Read();
        return JsonSerializer.Deserialize(ref reader, ClusterJson.Default.LabelSelector);
    }

    Workload ReadUpdateStrategy(ref Utf8JsonReader reader, Workload workload)
    {
        if (!EnterObject(ref reader)) return workload;
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("type"u8)) workload = workload with { UpdatesOnDelete = Text(ref reader, _pools) == "OnDelete" };
            else if (reader.ValueTextEquals("rollingUpdate"u8)) workload = workload with { Partition = ReadPartition(ref reader) };
            else Pass(ref reader);
        }

        return workload;
    }

    static int ReadPartition(ref Utf8JsonReader reader)
    {
        var partition = 0;
        if (!EnterObject(ref reader)) return 0;
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("partition"u8)) partition = (int)Number(ref reader);
            else Pass(ref reader);
        }

        return partition;
    }

    Workload ReadStatus(ref Utf8JsonReader reader, Workload workload)
    {
        if (!EnterObject(ref reader)) return workload;
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("observedGeneration"u8)) workload = workload with { ObservedGeneration = Number(ref reader) };
            else if (reader.ValueTextEquals("replicas"u8)) workload = workload with { Replicas = (int)Number(ref reader) };
            else if (reader.ValueTextEquals("updatedReplicas"u8)) workload = workload with { Updated = (int)Number(ref reader) };
            else if (reader.ValueTextEquals("currentRevision"u8)) workload = workload with { CurrentRevision = Text(ref reader, _pools) };
            else if (reader.ValueTextEquals("updateRevision"u8)) workload = workload with { UpdateRevision = Text(ref reader, _pools) };
            else Pass(ref reader);
        }

        return workload;
    }
}
