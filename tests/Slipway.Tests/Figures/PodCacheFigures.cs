using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Slipway.Operator.Cluster;
using Slipway.Runtime.Informers;
using Slipway.Workloads;
using Xunit;

namespace Slipway.Tests.Figures;

/// <summary>What a cached pod costs. Run by <c>./bench</c>; figures are printed, not asserted.</summary>
public sealed class PodCacheFigures(ITestOutputHelper output)
{
    [Fact(Explicit = true)]
    public void Heap_per_cached_pod()
    {
        const int Pods = 50_000;
        var projection = new PodProjection();
        var store = new Store<Pod>();
        var byOwner = store.AddIndex(pod => pod.Controller is { } owner ? [owner.Uid] : []);
        var byNamespace = store.AddIndex(pod => [pod.Key.Namespace]);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < Pods; i++) store.Put(Project(projection, PodJson(i, version: i)));

        var heap = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine(Figure.Row("heap per cached pod at 50,000 pods", heap / (double)Pods, "bytes", "≤ 400"));
        Assert.Equal(Pods, store.Count + byOwner.Get("none").Count + byNamespace.Get("none").Count);
    }

    [Fact(Explicit = true)]
    public void Pod_events_through_the_projection()
    {
        const int Events = 300_000;
        var projection = new PodProjection();
        var lines = Enumerable.Range(0, 1000).Select(i => Encoding.UTF8.GetBytes($$"""{"type":"MODIFIED","object":{{Encoding.UTF8.GetString(PodJson(i, i))}}}""")).ToList();
        foreach (var line in lines) Project(projection, WatchEvent.Parse(line).Object(line).ToArray());
        var started = Process.GetCurrentProcess().TotalProcessorTime;

        for (var i = 0; i < Events; i++)
        {
            var line = lines[i % lines.Count];
            var reader = new Utf8JsonReader(WatchEvent.Parse(line).Object(line));
            reader.Read();
            projection.Read(ref reader);
        }

        var seconds = (Process.GetCurrentProcess().TotalProcessorTime - started).TotalSeconds;
        output.WriteLine(Figure.Row($"pod events through the projection ({lines[0].Length / 1024.0:0.0} KB each)", Events / seconds, "per CPU second", "≥ 100,000"));
    }

    static Pod Project(PodProjection projection, byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return projection.Read(ref reader);
    }

    /// <summary>A pod of a Deployment as an API server sends it, with managed fields, a few labels and twelve variables.</summary>
    static byte[] PodJson(int i, int version)
    {
        var env = string.Join(',', Enumerable.Range(0, 12).Select(n => $$"""{"name":"SETTING_{{n}}","value":"some value {{n}}"}"""));
        var name = $"cart-7d9c6b5f4-{i:x5}";
        return Encoding.UTF8.GetBytes($$$$$$"""
            {"kind":"Pod","apiVersion":"v1","metadata":{"name":"{{{{{{name}}}}}}","generateName":"cart-7d9c6b5f4-","namespace":"shop","uid":"{{{{{{new Guid(i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)}}}}}}","resourceVersion":"{{{{{{version + 100000}}}}}}","creationTimestamp":"2026-01-05T12:00:00Z","labels":{"app":"cart","pod-template-hash":"7d9c6b5f4","tier":"web"},"annotations":{"checksum/config":"{{{{{{new string('c', 64)}}}}}}"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"cart-{{{{{{i / 100}}}}}}","uid":"rs-{{{{{{i / 100}}}}}}","controller":true,"blockOwnerDeletion":true}],"managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1","time":"2026-01-05T12:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:generateName":{},"f:labels":{".":{},"f:app":{},"f:pod-template-hash":{}},"f:ownerReferences":{".":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"app\"}":{".":{},"f:env":{".":{}},"f:image":{},"f:imagePullPolicy":{},"f:name":{} } } } } }]},
             "spec":{"containers":[{"name":"app","image":"registry.example/cart:1","env":[{{{{{{env}}}}}}],"resources":{"requests":{"cpu":"100m","memory":"128Mi"}},"volumeMounts":[{"name":"token","readOnly":true,"mountPath":"/var/run/secrets"}],"imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"default","nodeName":"node-{{{{{{i % 500}}}}}}","tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}]},
             "status":{"phase":"Running","conditions":[{"type":"Initialized","status":"True","lastTransitionTime":"2026-01-05T12:00:00Z"},{"type":"Ready","status":"True","lastTransitionTime":"2026-01-05T12:00:05Z"},{"type":"ContainersReady","status":"True","lastTransitionTime":"2026-01-05T12:00:05Z"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-01-05T12:00:00Z"}],"hostIP":"10.0.0.1","podIP":"10.244.1.{{{{{{i % 250}}}}}}","startTime":"2026-01-05T12:00:00Z","containerStatuses":[{"name":"app","state":{"running":{"startedAt":"2026-01-05T12:00:02Z"}},"lastState":{},"ready":true,"restartCount":0,"image":"registry.example/cart:1","imageID":"registry.example/cart@sha256:{{{{{{new string('a', 64)}}}}}}","containerID":"containerd://{{{{{{i:x16}}}}}}{{{{{{new string('0', 48)}}}}}}","started":true}],"qosClass":"Burstable"} }
            """);
    }
}
