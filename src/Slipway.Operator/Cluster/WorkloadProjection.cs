using System.Globalization;
using System.Text.Json;
using Slipway.Resources;
using Slipway.Workloads;
using static Slipway.Operator.Cluster.ObjectReader;

namespace Slipway.Operator.Cluster;

/// <summary>Reads a Deployment, ReplicaSet, StatefulSet or one of OpenKruise's, which have the same fields and more.</summary>
sealed class WorkloadProjection(ResourceType type)
{
    readonly Pools _pools = new();

    public Workload Read(ref Utf8JsonReader reader)
    {
        var workload = new Workload { Kind = type.Kind, Group = type.Group, Key = default, Uid = "", ResourceVersion = "", Desired = 1 };
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
            else if (reader.ValueTextEquals("ordinals"u8)) workload = workload with { FirstOrdinal = ReadNumberOf(ref reader, "start"u8) };
            else if (reader.ValueTextEquals("podManagementPolicy"u8)) workload = workload with { IsParallel = Text(ref reader, _pools) == "Parallel" };
            else if (reader.ValueTextEquals("reserveOrdinals"u8)) workload = workload with { ReservedOrdinals = ReadTexts(ref reader) };
            else if (reader.ValueTextEquals("scaleStrategy"u8)) workload = workload with { PodsToDelete = ReadPodsToDelete(ref reader) };
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
            else if (reader.ValueTextEquals("rollingUpdate"u8)) workload = workload with { Partition = ReadNumberOf(ref reader, "partition"u8) };
            else if (reader.ValueTextEquals("partition"u8)) workload = workload with { Partition = ReadShare(ref reader, workload.Desired) };
            else Pass(ref reader);
        }

        return workload;
    }

    static int ReadNumberOf(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        var number = 0;
        if (!EnterObject(ref reader)) return 0;
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals(name)) number = (int)Number(ref reader);
            else Pass(ref reader);
        }

        return number;
    }

    /// <summary>A CloneSet's partition: a number of pods, or a percentage rounded up (OpenKruise, CloneSet, "Partition").</summary>
    static int ReadShare(ref Utf8JsonReader reader, int whole)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number) return reader.TryGetInt32(out var number) ? number : 0;
        if (reader.TokenType == JsonTokenType.String) return IntOrPercent.TryParse(reader.GetString()!, out var share) ? share.RoundedUp(whole) : 0;
        reader.Skip();
        return 0;
    }

    List<string> ReadPodsToDelete(ref Utf8JsonReader reader)
    {
        List<string> names = [];
        if (!EnterObject(ref reader)) return names;
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("podsToDelete"u8)) names = ReadTexts(ref reader);
            else Pass(ref reader);
        }

        return names;
    }

    /// <summary>Texts and numbers of an array; numbers as they are written.</summary>
    List<string> ReadTexts(ref Utf8JsonReader reader)
    {
        List<string> texts = [];
        if (!EnterArray(ref reader)) return texts;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String) texts.Add(_pools.Text(ref reader));
            else if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number)) texts.Add(number.ToString(CultureInfo.InvariantCulture));
            else reader.Skip();
        }

        return texts;
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
