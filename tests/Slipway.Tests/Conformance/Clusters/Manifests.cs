namespace Slipway.Tests.Conformance.Clusters;

/// <summary>Objects as the checks send them.</summary>
static class Manifests
{
    public const string Image = "registry.k8s.io/pause:3.10";

    /// <summary>For what runs another image later.</summary>
    public const string OtherImage = "registry.k8s.io/pause:3.9";

    public static string Namespace(string name) => $$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{name}}"} }""";

    public static string ConfigMap(string name, string more = "") => $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{name}}"{{Labels(more)}}}{{Rest(more)}}}""";

    /// <summary>A ConfigMap with labels, given as JSON members.</summary>
    public static string Labelled(string name, string labels, string data = "") =>
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","labels":{ {{{labels}}} } },"data":{ {{{data}}} } }""";

    public static string Pod(string name, string labels = "", string spec = "", string metadata = "", string container = "") => $$$"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}","labels":{ {{{labels}}} }{{{metadata}}} },
         "spec":{"terminationGracePeriodSeconds":5{{{spec}}},"containers":[{"name":"app","image":"{{{Image}}}"{{{container}}} }]} }
        """;

    /// <summary>A pod no node fits: it stays Pending wherever it is created.</summary>
    public static string HomelessPod(string name, string labels = "", string metadata = "") => Pod(name, labels, ""","nodeSelector":{"conformance.slipway.dev/none":"here"}""", metadata);

    public static string Deployment(string name, int replicas, string spec = "", string template = "", string podSpec = "") => Workload("Deployment", name, replicas, spec, template, podSpec);

    public static string ReplicaSet(string name, int replicas, string spec = "", string template = "") => Workload("ReplicaSet", name, replicas, spec, template, "");

    public static string StatefulSet(string name, int replicas, string spec = "") => Workload("StatefulSet", name, replicas, $""","serviceName":"{name}"{spec}""", "", "");

    public static string Service(string name, string app, string spec = "") =>
        $$$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"{{{name}}}"},"spec":{"selector":{"app":"{{{app}}}"},"ports":[{"port":80}]{{{spec}}} } }""";

    public static string Budget(string name, string app, string spec) =>
        $$$"""{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"{{{name}}}"},"spec":{"selector":{"matchLabels":{"app":"{{{app}}}"}},{{{spec}}} } }""";

    static string Workload(string kind, string name, int replicas, string spec, string template, string podSpec) => $$$"""
        {"apiVersion":"apps/v1","kind":"{{{kind}}}","metadata":{"name":"{{{name}}}"},
         "spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"{{{name}}}"}}{{{spec}}},
          "template":{"metadata":{"labels":{"app":"{{{name}}}"}{{{template}}} },"spec":{"terminationGracePeriodSeconds":1{{{podSpec}}},"containers":[{"name":"app","image":"{{{Image}}}"}]} } } }
        """;

    static string Labels(string more) => more.StartsWith(",\"labels\"", StringComparison.Ordinal) ? more : "";

    static string Rest(string more) => more.StartsWith(",\"labels\"", StringComparison.Ordinal) ? "" : more;
}
