using System.Globalization;
using System.Text.Json;
using Slipway.Sandbox.Workloads;
using Slipway.Sandbox.Workloads.Events;

namespace Slipway.Sandbox.Nodes;

/// <summary>What kubelets tell of containers, in their words (kubernetes/pkg/kubelet: <c>kuberuntime</c>, <c>images</c>, <c>prober</c>).</summary>
sealed class KubeletEvents(ClusterView view, EventSink sink)
{
    readonly Dictionary<string, EventRecorder> byNode = [];
    readonly HashSet<(string Node, string Image)> present = [];
    readonly Dictionary<(string Uid, string Container), DateTimeOffset> pulling = [];

    public static KubeletEvents? Of(ClusterView view) => view.Events is { } sink ? new(view, sink) : null;

    /// <summary>A pod has come to its node. Its init containers have done their work in no time.</summary>
    public void Begun(PodFacts pod, PodRun run)
    {
        foreach (var container in pod.Json.Items("spec", "initContainers"))
        {
            var initial = Subject(pod, container, "initContainers");
            Pull(pod, initial, container);
            Start(pod, initial, container);
        }
        foreach (var container in pod.Json.Items("spec", "containers"))
        {
            if (run[container.Text("name")!].State is ContainerState.Creating) Pull(pod, Subject(pod, container), container);
        }
    }

    /// <summary>A container has passed from one state to the next.</summary>
    public void Passed(PodFacts pod, ContainerOrders orders, ContainerRun before, ContainerRun after)
    {
        var (name, container) = (orders.Name, Container(pod, orders.Name));
        var (kubelet, about) = (On(pod), EventSubject.Container(pod, name));
        switch (before.State, after.State)
        {
            case (_, ContainerState.Creating):
                Pull(pod, about, container);
                break;
            case (_, ContainerState.PullFailed { IsBackedOff: true }):
                kubelet.Normal(about, "BackOff", $"Back-off pulling image \"{orders.Image}\"");
                kubelet.Warning(about, "Failed", "Error: ImagePullBackOff");
                break;
            case (var earlier, ContainerState.PullFailed):
                if (earlier is ContainerState.PullFailed) Pull(pod, about, container);
                pulling.Remove((pod.Uid, name));
                kubelet.Warning(about, "Failed", NotPulled(orders.Image));
                kubelet.Warning(about, "Failed", "Error: ErrImagePull");
                break;
            case (ContainerState.Creating, ContainerState.Running):
                Start(pod, about, container);
                if (orders.Behaviour.Failing == Failing.NeverReady) Unhealthy(pod, about);
                break;
            case (ContainerState.Running running, ContainerState.Stopping):
                kubelet.Normal(about, "Killing", running.Image == orders.Image ? $"Stopping container {name}" : $"Container {name} definition changed, will be restarted");
                break;
            case (_, ContainerState.BackingOff):
                kubelet.Warning(about, "BackOff", $"Back-off restarting failed container {name} in pod {pod.Key.Name}_{pod.Key.Namespace}({pod.Uid})");
                break;
        }
    }

    /// <summary>A container is no longer ready although it runs as before: its readiness probe fails.</summary>
    public void Judged(PodFacts pod, PodRun run, PodStatusDocument document)
    {
        foreach (var status in pod.Json.Items("status", "containerStatuses"))
        {
            if (!status.Flag("ready") || Array.Find(document.Orders, orders => status.At("name").Reads(orders.Name)) is not { } orders) continue;
            var isSame = run[orders.Name].State is ContainerState.Running running && running.Id == status.Text("containerID");
            if (isSame && document.HasFailedProbe(orders)) Unhealthy(pod, EventSubject.Container(pod, orders.Name));
        }
    }

    /// <summary>A pod is being deleted.</summary>
    public void Stopping(PodFacts pod, PodRun run)
    {
        foreach (var container in pod.Json.Items("spec", "containers"))
        {
            if (run[container.Text("name")!].State is ContainerState.Running) On(pod).Normal(Subject(pod, container), "Killing", $"Stopping container {container.Text("name")}");
        }
    }

    /// <summary>A pod is gone; nothing of it needs to be remembered.</summary>
    public void Gone(PodRun run)
    {
        foreach (var name in run.Names) pulling.Remove((run.Uid, name));
    }

    static EventSubject Subject(PodFacts pod, JsonElement container, string among = "containers") => EventSubject.Container(pod, container.Text("name")!, among);

    static JsonElement Container(PodFacts pod, string name) => Array.Find(pod.Json.Items("spec", "containers"), container => container.At("name").Reads(name));

    EventRecorder On(PodFacts pod)
    {
        if (!byNode.TryGetValue(pod.NodeName!, out var recorder)) byNode[pod.NodeName!] = recorder = new(sink, "kubelet", pod.NodeName!);
        return recorder;
    }

    void Pull(PodFacts pod, EventSubject about, JsonElement container)
    {
        var image = container.Text("image") ?? "";
        var isPulled = container.Text("imagePullPolicy") switch
        {
            "Always" => true,
            "Never" => false,
            _ => !present.Contains((pod.NodeName!, image)),
        };
        if (!isPulled) return;
        pulling[(pod.Uid, container.Text("name")!)] = view.Now;
        On(pod).Normal(about, "Pulling", $"Pulling image \"{image}\"");
    }

    void Start(PodFacts pod, EventSubject about, JsonElement container)
    {
        var (kubelet, name, image) = (On(pod), container.Text("name")!, container.Text("image") ?? "");
        kubelet.Normal(about, "Pulled", pulling.Remove((pod.Uid, name), out var since) ? HasPulled(image, view.Now - since) : $"Container image \"{image}\" already present on machine");
        present.Add((pod.NodeName!, image));
        kubelet.Normal(about, "Created", $"Created container: {name}");
        kubelet.Normal(about, "Started", $"Started container {name}");
    }

    void Unhealthy(PodFacts pod, EventSubject about) => On(pod).Warning(about, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503");

    static string HasPulled(string image, TimeSpan time)
    {
        var took = GoDuration(time);
        // Some tens of megabytes, the same for an image every time.
        var size = 10_000_000 + int.Parse(ImageName.Parse(image).Hash.AsSpan(0, 6), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) * 5;
        return $"Successfully pulled image \"{image}\" in {took} ({took} including waiting). Image size: {size} bytes.";
    }

    // What containerd answers.
    static string NotPulled(string image)
    {
        var (repository, tag, _) = ImageName.Parse(image);
        var name = $"{repository}:{tag}";
        return $"Failed to pull image \"{image}\": rpc error: code = NotFound desc = failed to pull and unpack image \"{name}\": failed to resolve reference \"{name}\": {name}: not found";
    }

    /// <summary>As Go writes a duration of whole milliseconds: <c>750ms</c>, <c>1.5s</c>, <c>1m30s</c>.</summary>
    static string GoDuration(TimeSpan time)
    {
        if (time < TimeSpan.FromSeconds(1)) return time < TimeSpan.FromMilliseconds(1) ? "0s" : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMilliseconds}ms");
        var seconds = string.Create(CultureInfo.InvariantCulture, $"{time.Seconds + time.Milliseconds / 1000m:0.###}s");
        var minutes = time < TimeSpan.FromMinutes(1) ? "" : $"{time.Minutes}m";
        return time < TimeSpan.FromHours(1) ? $"{minutes}{seconds}" : $"{(int)time.TotalHours}h{minutes}{seconds}";
    }
}
