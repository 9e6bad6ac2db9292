using System.Text.Json;
using Slipway.Resources;
using Slipway.Traffic;
using Slipway.Workloads;
using static Slipway.Operator.Cluster.ObjectReader;

namespace Slipway.Operator.Cluster;

/// <summary>Reads a pod as it streams by, keeping what decisions look at. Anything malformed or unknown is passed over.</summary>
sealed class PodProjection
{
    const string MirrorAnnotation = "kubernetes.io/config.mirror";

    /// <summary>Readiness gates of Alibaba Cloud's CLB and NLB (one a Service) and of its ALB.</summary>
    static readonly string[] BalancerGates = ["service.readiness.alibabacloud.com/", "target-health.alb.k8s.alicloud"];

    readonly Pools _pools = new();

    // Scratch space of the reading loop: containers of the spec and their statuses meet here by name.
    readonly List<Container> _containers = [];
    readonly List<Container> _statuses = [];
    readonly List<string> _gates = [];
    readonly List<GateCondition> _conditions = [];

    public Pod Read(ref Utf8JsonReader reader)
    {
        _containers.Clear();
        _statuses.Clear();
        _gates.Clear();
        _conditions.Clear();
        var pod = new Draft();
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("metadata"u8)) ReadMetadata(ref reader, ref pod);
            else if (reader.ValueTextEquals("spec"u8)) ReadSpec(ref reader, ref pod);
            else if (reader.ValueTextEquals("status"u8)) ReadStatus(ref reader, ref pod);
            else Pass(ref reader);
        }

        return new()
        {
            Key = new(pod.Namespace ?? "", pod.Name ?? ""),
            Uid = pod.Uid ?? "",
            ResourceVersion = pod.ResourceVersion ?? "",
            CreatedAt = pod.CreatedAt,
            Labels = pod.Labels ?? LabelSet.Empty,
            Controller = pod.Controller,
            Node = pod.Node,
            Phase = pod.Phase ?? "Pending",
            Ready = pod.Ready,
            ReadyTransition = pod.ReadyTransition,
            Terminating = pod.Terminating,
            Mirror = pod.Mirror,
            AwaitsRestart = AwaitsRestart(pod.RestartedFrom),
            Unschedulable = pod.Unschedulable,
            Address = pod.Address,
            Traffic = Traffic(pod),
            Mark = pod.Cost is null && pod.Ticket is null ? null : new(pod.Cost, pod.Ticket),
            Containers = Merge(),
        };
    }

    readonly record struct GateCondition(string Type, bool IsTrue, string? Message, DateTimeOffset? Turned);

    /// <summary>Most pods have neither gate nor mark, and cost nothing.</summary>
    PodTraffic? Traffic(in Draft pod)
    {
        var mark = TrafficMarks.ReadLabels(pod.TrafficMark);
        if (_gates.Count == 0 && mark is null) return null;
        var own = _conditions.Find(condition => condition.Type == Names.TrafficGate);
        var containersReady = _conditions.Find(condition => condition.Type == "ContainersReady");
        return new()
        {
            HasGate = _gates.Contains(Names.TrafficGate),
            IsGateSet = own.Type is not null,
            BalancerGate = _gates.Find(gate => Array.Exists(BalancerGates, known => gate.StartsWith(known, StringComparison.Ordinal))),
            ReadyButForGate = containersReady.IsTrue && _gates.TrueForAll(gate => gate == Names.TrafficGate || _conditions.Exists(condition => condition.Type == gate && condition.IsTrue)),
            ContainersReadyTransition = containersReady.Turned,
            GateHolds = own is { Type: not null, IsTrue: false } ? TrafficMarks.ReadGate(own.Message) : [],
            LabelHolds = mark?.Holds ?? [],
            HeldLabels = mark?.Labels ?? new Dictionary<string, string>(),
        };
    }

    struct Draft
    {
        public string? Namespace, Name, Uid, ResourceVersion, Node, Phase, Unschedulable, RestartedFrom, Address, TrafficMark, Cost, Ticket;
        public DateTimeOffset CreatedAt;
        public DateTimeOffset? ReadyTransition;
        public LabelSet? Labels;
        public Owner? Controller;
        public bool Ready, Terminating, Mirror;
    }

    void ReadMetadata(ref Utf8JsonReader reader, ref Draft pod)
    {
        if (!EnterObject(ref reader)) return;
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("name"u8)) pod.Name = Text(ref reader);
            else if (reader.ValueTextEquals("namespace"u8)) pod.Namespace = Text(ref reader, _pools);
            else if (reader.ValueTextEquals("uid"u8)) pod.Uid = Text(ref reader);
            else if (reader.ValueTextEquals("resourceVersion"u8)) pod.ResourceVersion = Text(ref reader);
            else if (reader.ValueTextEquals("creationTimestamp"u8)) pod.CreatedAt = Time(ref reader) ?? default;
            else if (reader.ValueTextEquals("deletionTimestamp"u8)) pod.Terminating = Time(ref reader) is not null;
            else if (reader.ValueTextEquals("labels"u8)) pod.Labels = Labels(ref reader, _pools);
            else if (reader.ValueTextEquals("ownerReferences"u8)) pod.Controller = Controller(ref reader, _pools);
            else if (reader.ValueTextEquals("annotations"u8)) ReadAnnotations(ref reader, ref pod);
            else Pass(ref reader);
        }
    }

    void ReadAnnotations(ref Utf8JsonReader reader, ref Draft pod)
    {
        if (!EnterObject(ref reader)) return;
        while (NextProperty(ref reader))
        {
            pod.Mirror |= reader.ValueTextEquals(MirrorAnnotation);
            if (reader.ValueTextEquals(Names.RestartedFrom)) pod.RestartedFrom = Text(ref reader);
            else if (reader.ValueTextEquals(Names.DeletionCostAnnotation)) pod.Cost = Text(ref reader, _pools);
            else if (reader.ValueTextEquals(Names.ScaleInAnnotation)) pod.Ticket = Text(ref reader, _pools);
            else if (reader.ValueTextEquals(Names.TrafficMark)) pod.TrafficMark = Text(ref reader);
            else Pass(ref reader);
        }
    }

    /// <summary>One of the containers that an upgrade restarts is still the one from before, or there is none yet.</summary>
    bool AwaitsRestart(string? before)
    {
        if (before is null) return false;
        foreach (var entry in before.Split(','))
        {
            var at = entry.IndexOf('=');
            if (at < 0) continue;
            var id = _statuses.FirstOrDefault(status => entry.AsSpan(0, at).SequenceEqual(status.Name)).Id;
            if (id is null || entry.AsSpan(at + 1).SequenceEqual(id.Value.ToString())) return true;
        }

        return false;
    }

    void ReadSpec(ref Utf8JsonReader reader, ref Draft pod)
    {
        if (!EnterObject(ref reader)) return;
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("nodeName"u8)) pod.Node = Text(ref reader, _pools);
            else if (reader.ValueTextEquals("containers"u8)) ReadContainers(ref reader);
            else if (reader.ValueTextEquals("readinessGates"u8)) ReadGates(ref reader);
            else Pass(ref reader);
        }
    }

    void ReadGates(ref Utf8JsonReader reader)
    {
        if (!EnterArray(ref reader)) return;
        while (NextObject(ref reader))
        {
            while (NextProperty(ref reader))
            {
                if (reader.ValueTextEquals("conditionType"u8) && Text(ref reader, _pools) is { } gate) _gates.Add(gate);
                else if (reader.TokenType == JsonTokenType.PropertyName) Pass(ref reader);
            }
        }
    }

    void ReadContainers(ref Utf8JsonReader reader)
    {
        if (!EnterArray(ref reader)) return;
        while (NextObject(ref reader))
        {
            string? name = null, image = null;
            var always = false;
            while (NextProperty(ref reader))
            {
                if (reader.ValueTextEquals("name"u8)) name = Text(ref reader, _pools);
                else if (reader.ValueTextEquals("image"u8)) image = Text(ref reader, _pools);
                else if (reader.ValueTextEquals("imagePullPolicy"u8)) always = Text(ref reader, _pools) == "Always";
                else Pass(ref reader);
            }

            _containers.Add(new() { Name = name ?? "", Image = image ?? "", AlwaysPulls = always });
        }
    }

    void ReadStatus(ref Utf8JsonReader reader, ref Draft pod)
    {
        if (!EnterObject(ref reader)) return;
        while (NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("phase"u8)) pod.Phase = Text(ref reader, _pools);
            else if (reader.ValueTextEquals("conditions"u8)) ReadConditions(ref reader, ref pod);
            else if (reader.ValueTextEquals("podIP"u8)) pod.Address = Text(ref reader);
            else if (reader.ValueTextEquals("containerStatuses"u8)) ReadContainerStatuses(ref reader);
            else Pass(ref reader);
        }
    }

    void ReadConditions(ref Utf8JsonReader reader, ref Draft pod)
    {
        if (!EnterArray(ref reader)) return;
        while (NextObject(ref reader))
        {
            string? type = null, status = null, reason = null, message = null;
            DateTimeOffset? turned = null;
            while (NextProperty(ref reader))
            {
                if (reader.ValueTextEquals("type"u8)) type = Text(ref reader, _pools);
                else if (reader.ValueTextEquals("status"u8)) status = Text(ref reader, _pools);
                else if (reader.ValueTextEquals("reason"u8)) reason = Text(ref reader, _pools);
                else if (reader.ValueTextEquals("message"u8)) message = Text(ref reader, _pools);
                else if (reader.ValueTextEquals("lastTransitionTime"u8)) turned = Time(ref reader);
                else Pass(ref reader);
            }

            // Conditions that no gate asks for are passed over at the end; before the spec is read nobody knows which those are.
            if (type is not (null or "Ready" or "PodScheduled" or "Initialized")) _conditions.Add(new(type, status == "True", type == Names.TrafficGate ? message : null, turned));
            if (type == "Ready") (pod.Ready, pod.ReadyTransition) = (status == "True", turned);
            if (type == "PodScheduled" && status == "False" && reason == "Unschedulable") pod.Unschedulable = message ?? reason;
        }
    }

    void ReadContainerStatuses(ref Utf8JsonReader reader)
    {
        if (!EnterArray(ref reader)) return;
        while (NextObject(ref reader))
        {
            string? name = null, imageId = null, id = null, waiting = null;
            var restarts = 0;
            while (NextProperty(ref reader))
            {
                if (reader.ValueTextEquals("name"u8)) name = Text(ref reader, _pools);
                else if (reader.ValueTextEquals("imageID"u8)) imageId = Text(ref reader, _pools);
                else if (reader.ValueTextEquals("containerID"u8)) id = Text(ref reader);
                else if (reader.ValueTextEquals("restartCount"u8)) restarts = (int)Number(ref reader);
                else if (reader.ValueTextEquals("state"u8)) waiting = ReadWaiting(ref reader);
                else Pass(ref reader);
            }

            _statuses.Add(new()
            {
                Name = name ?? "",
                Image = "",
                ImageId = string.IsNullOrEmpty(imageId) ? null : imageId,
                Id = string.IsNullOrEmpty(id) ? null : ContainerId.From(id),
                Restarts = restarts,
                Waiting = waiting,
            });
        }
    }

    string? ReadWaiting(ref Utf8JsonReader reader)
    {
        string? reason = null;
        if (!EnterObject(ref reader)) return null;
        while (NextProperty(ref reader))
        {
            if (!reader.ValueTextEquals("waiting"u8) || !EnterObject(ref reader))
            {
                if (reader.TokenType == JsonTokenType.PropertyName) Pass(ref reader);
                continue;
            }

            while (NextProperty(ref reader))
            {
                if (reader.ValueTextEquals("reason"u8)) reason = Text(ref reader, _pools);
                else Pass(ref reader);
            }
        }

        return reason;
    }

    Container[] Merge()
    {
        var merged = new Container[_containers.Count];
        for (var i = 0; i < merged.Length; i++)
        {
            var container = _containers[i];
            foreach (var status in _statuses)
            {
                if (status.Name != container.Name) continue;
                container = container with { ImageId = status.ImageId, Id = status.Id, Restarts = status.Restarts, Waiting = status.Waiting };
            }

            merged[i] = container;
        }

        return merged;
    }
}
