using System.Text.Json.Nodes;

namespace Slipway.Sandbox.ApiServer.Kinds;

/// <summary>What the API fills into pods and pod templates (Kubernetes API reference, Pod v1).</summary>
static class PodDefaults
{
    public static void Pod(JsonObject pod)
    {
        Spec(pod.Child("spec"));
        pod.Child("spec").Fill("serviceAccountName", "default");
        pod.Child("spec").Fill("serviceAccount", pod["spec"]!["serviceAccountName"]!.DeepClone());
        pod.Child("spec").Fill("enableServiceLinks", true);
        var status = pod.Child("status");
        status.Fill("phase", "Pending");
        status.Fill("qosClass", "BestEffort");
    }

    public static void Spec(JsonObject spec)
    {
        spec.Fill("restartPolicy", "Always");
        spec.Fill("terminationGracePeriodSeconds", 30);
        spec.Fill("dnsPolicy", "ClusterFirst");
        spec.Fill("schedulerName", "default-scheduler");
        spec.Fill("securityContext", new JsonObject());
        foreach (var container in spec["containers"].Objects().Concat(spec["initContainers"].Objects())) Container(container);
    }

    static void Container(JsonObject container)
    {
        var image = container["image"].Text() ?? "";
        container.Fill("imagePullPolicy", IsLatest(image) ? "Always" : "IfNotPresent");
        container.Fill("terminationMessagePath", "/dev/termination-log");
        container.Fill("terminationMessagePolicy", "File");
        container.Fill("resources", new JsonObject());
        foreach (var port in container["ports"].Objects()) port.Fill("protocol", "TCP");
        foreach (var probe in new[] { "livenessProbe", "readinessProbe", "startupProbe" }.Select(name => container[name]).OfType<JsonObject>())
        {
            probe.Fill("timeoutSeconds", 1);
            probe.Fill("periodSeconds", 10);
            probe.Fill("successThreshold", 1);
            probe.Fill("failureThreshold", 3);
        }
    }

    static bool IsLatest(string image)
    {
        if (image.Contains('@')) return false;
        var tag = image[(image.LastIndexOf('/') + 1)..].Split(':');
        return tag.Length < 2 || tag[1] == "latest";
    }
}
