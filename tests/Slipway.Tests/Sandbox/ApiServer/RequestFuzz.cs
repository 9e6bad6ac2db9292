using System.Text;
using System.Text.Json.Nodes;

namespace Slipway.Tests.Sandbox.ApiServer;

/// <summary>A request nobody should send, or hardly.</summary>
sealed record FuzzedRequest(string Method, string Path, byte[]? Body, string? ContentType, string Accept);

/// <summary>Requests out of a seed: paths, parameters and bodies that are right, nearly right and wrong.</summary>
sealed class RequestFuzz(int seed)
{
    static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW"];
    static readonly string[] Names = ["a", "b", "c", "d", "Bad_Name", "x.y", "...", "%00", "a%2Fb", "", "very-long-name-" + new string('n', 300)];
    static readonly string[] Subresources = ["status", "scale", "eviction", "binding", "log", "finalize", "nothing"];
    static readonly string[] Types = ["application/json", "application/merge-patch+json", "application/json-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml", "application/yaml", "text/plain", "application/vnd.kubernetes.protobuf"];
    static readonly string[] Accepts = ["application/json", "*/*", "application/json;as=Table;v=v1;g=meta.k8s.io", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", "text/html", "application/json;as=Table", ",;="];
    static readonly string[] Parameters =
    [
        "dryRun=All", "dryRun=Some", "fieldManager=fuzz", "fieldManager=", "force=true", "force=maybe", "fieldValidation=Strict", "fieldValidation=Ignore", "fieldValidation=x", "limit=1", "limit=-1", "limit=x", "limit=99999999999999999999",
        "continue=abc", "continue=MQpuCmE", "resourceVersion=1", "resourceVersion=0", "resourceVersion=x", "resourceVersion=99999999", "resourceVersionMatch=Exact", "resourceVersionMatch=NotOlderThan", "labelSelector=a%3Db", "labelSelector=a%20in%20(", "labelSelector=!!",
        "labelSelector=a%3E1", "fieldSelector=metadata.name%3Da", "fieldSelector=nonsense", "fieldSelector=spec.nodeName%3D", "propagationPolicy=Foreground", "propagationPolicy=Orphan", "propagationPolicy=x", "gracePeriodSeconds=0", "gracePeriodSeconds=-5", "gracePeriodSeconds=x",
        "includeObject=None", "includeObject=x", "timeoutSeconds=x", "%zz=%zz", "=", "&&", "sendInitialEvents=true", "allowWatchBookmarks=1", "container=app", "tailLines=x",
    ];

    static readonly string[] Collections =
    [
        "/api/v1/namespaces/fuzz/configmaps", "/api/v1/namespaces/fuzz/pods", "/api/v1/namespaces/fuzz/services", "/api/v1/namespaces/fuzz/secrets", "/api/v1/namespaces/fuzz/events", "/api/v1/namespaces", "/api/v1/nodes", "/api/v1/pods",
        "/apis/apps/v1/namespaces/fuzz/deployments", "/apis/apps/v1/namespaces/fuzz/replicasets", "/apis/apps/v1/namespaces/fuzz/statefulsets", "/apis/apps/v1/namespaces/fuzz/daemonsets", "/apis/policy/v1/namespaces/fuzz/poddisruptionbudgets",
        "/apis/coordination.k8s.io/v1/namespaces/fuzz/leases", "/apis/discovery.k8s.io/v1/namespaces/fuzz/endpointslices", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "/apis/fuzz.example.com/v1/namespaces/fuzz/things", "/apis/fuzz.example.com/v2/namespaces/fuzz/things",
        "/api/v1/namespaces/nowhere/configmaps", "/apis", "/api", "/version", "/openapi/v3", "/openapi/v3/apis/apps/v1", "/healthz", "/nothing", "//", "/api/v1/watch/namespaces/fuzz/configmaps", "/apis/apps/v9/deployments",
    ];

    public static string Definition { get; } = """
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"things.fuzz.example.com"},"spec":{"group":"fuzz.example.com","scope":"Namespaced","names":{"kind":"Thing","plural":"things"},
         "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas"} },"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","required":["size"],"properties":{"size":{"type":"integer","minimum":1},"replicas":{"type":"integer"},"when":{"type":"string","format":"date-time"},"free":{"type":"object","x-kubernetes-preserve-unknown-fields":true},"tags":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"} },"rules":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],"items":{"type":"object","required":["name"],"properties":{"name":{"type":"string","default":"x"},"weight":{"type":"integer"} } } } } },"status":{"type":"object","x-kubernetes-preserve-unknown-fields":true} } } } },
          {"name":"v2","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true} } }]} }
        """;

    static readonly string[] Bodies =
    [
        """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"a":"b"},"annotations":{"x":"y"},"finalizers":["fuzz.example.com/hold"]},"data":{"k":"v"}}""",
        """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"app":"a"}},"spec":{"containers":[{"name":"app","image":"i:1","ports":[{"containerPort":80}],"env":[{"name":"A","value":"1"}],"resources":{"requests":{"cpu":"1"}}}],"nodeName":"node-1"}}""",
        """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"},"spec":{"replicas":1,"selector":{"matchLabels":{"app":"a"}},"strategy":{"type":"RollingUpdate"},"template":{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"app","image":"i:1"}]}}}}""",
        """{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"b"},"spec":{"replicas":1,"serviceName":"b","ordinals":{"start":1},"selector":{"matchExpressions":[{"key":"app","operator":"In","values":["b"]}]},"template":{"metadata":{"labels":{"app":"b"}},"spec":{"containers":[{"name":"app","image":"i:1"}]}}}}""",
        """{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"selector":{"app":"a"},"ports":[{"name":"x","port":80,"targetPort":"web"}]}}""",
        """{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"a"},"spec":{"minAvailable":"50%","selector":{"matchLabels":{"app":"a"}}}}""",
        """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"a"},"deleteOptions":{"preconditions":{"uid":"x"},"dryRun":["All"]}}""",
        """{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"a"},"spec":{"leaseDurationSeconds":5,"renewTime":"2026-01-01T00:00:00.000000Z"}}""",
        """{"apiVersion":"fuzz.example.com/v1","kind":"Thing","metadata":{"name":"a","ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"a","uid":"u"}]},"spec":{"size":3,"tags":["x","y"],"rules":[{"name":"r","weight":1}],"free":{"any":[1,null,{"x":true}]}}}""",
        """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"c"}}""", """{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":1,"propagationPolicy":"Foreground","preconditions":{"resourceVersion":"3"}}""",
        """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"a"},"spec":{"replicas":2}}""",
        """[{"op":"add","path":"/metadata/labels/x","value":"y"},{"op":"test","path":"/spec/replicas","value":1},{"op":"remove","path":"/data/k"},{"op":"move","from":"/data","path":"/binaryData"},{"op":"copy","from":"/metadata/name","path":"/metadata/annotations/n"}]""",
        """{"spec":{"replicas":2,"template":{"spec":{"containers":[{"name":"app","image":"i:2"},{"name":"b","$patch":"delete"}],"$setElementOrder/containers":[{"name":"app"}]}}},"metadata":{"labels":{"a":null},"$deleteFromPrimitiveList/finalizers":["fuzz.example.com/hold"]}}""",
        """{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"a"},"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":true}}],"ports":[{"port":80}]}""",
        """{"apiVersion":"v1","kind":"Event","metadata":{"name":"a"},"involvedObject":{"kind":"Pod","name":"a","namespace":"fuzz"},"reason":"R","message":"m"}""",
        Definition,
    ];

    readonly Random _chance = new(seed);

    /// <summary>The collections the first bodies belong to; most requests are about these, so that enough of them succeed.</summary>
    static readonly string[] Homes =
    [
        "/api/v1/namespaces/fuzz/configmaps", "/api/v1/namespaces/fuzz/pods", "/apis/apps/v1/namespaces/fuzz/deployments", "/apis/apps/v1/namespaces/fuzz/statefulsets", "/api/v1/namespaces/fuzz/services", "/apis/policy/v1/namespaces/fuzz/poddisruptionbudgets",
        "/api/v1/namespaces/fuzz/pods/a/eviction", "/apis/coordination.k8s.io/v1/namespaces/fuzz/leases", "/apis/fuzz.example.com/v1/namespaces/fuzz/things",
    ];

    public FuzzedRequest Next()
    {
        var method = _chance.Next(20) == 0 ? Pick(Methods) : Methods[_chance.Next(5)];
        var home = _chance.Next(10) < 7 ? _chance.Next(Homes.Length) : -1;
        var path = new StringBuilder(home < 0 ? Pick(Collections) : Homes[home]);
        var name = _chance.Next(6) == 0 ? Pick(Names) : Names[_chance.Next(4)];
        if (method is not "POST" ? _chance.Next(8) > 0 : _chance.Next(12) == 0) path.Append('/').Append(name);
        if (_chance.Next(8) == 0) path.Append('/').Append(Pick(Subresources));
        var parameters = Enumerable.Range(0, Math.Max(0, _chance.Next(6) - 3)).Select(_ => Pick(Parameters)).ToList();
        if (method == "PATCH" && _chance.Next(3) > 0) parameters.Add("fieldManager=fuzz");
        if (parameters.Count > 0) path.Append('?').AppendJoin('&', parameters);
        var body = method is "GET" or "HEAD" || (method == "DELETE" && _chance.Next(2) == 0) ? null : Body(home, name);
        var type = method == "PATCH" ? Types[1 + _chance.Next(4)] : _chance.Next(20) == 0 ? Pick(Types) : "application/json";
        return new(method, path.ToString(), body, type, _chance.Next(4) == 0 ? Pick(Accepts) : "application/json");
    }

    byte[]? Body(int home, string name)
    {
        switch (_chance.Next(25))
        {
            case 0:
                return null;
            case 1:
                return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("[", 1 + _chance.Next(600))));
            case 2:
                return Broken(Encoding.UTF8.GetBytes(Pick(Bodies)));
            default:
                var body = JsonNode.Parse(home < 0 || _chance.Next(5) == 0 ? Pick(Bodies) : Bodies[home])!;
                if (body is JsonObject { } named && named["metadata"] is JsonObject metadata && _chance.Next(8) > 0) metadata["name"] = name;
                for (var changes = Math.Max(0, _chance.Next(5) - 2); changes > 0; changes--) Change(body);
                return Encoding.UTF8.GetBytes(body.ToJsonString());
        }
    }

    byte[] Broken(byte[] body)
    {
        for (var changes = 1 + _chance.Next(3); changes > 0; changes--) body[_chance.Next(body.Length)] = (byte)_chance.Next(256);
        return _chance.Next(3) == 0 ? body[.._chance.Next(body.Length)] : body;
    }

    /// <summary>One place of a document becomes something else, or goes.</summary>
    void Change(JsonNode node)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } body:
                var name = body.ElementAt(_chance.Next(body.Count)).Key;
                if (body[name] is JsonObject or JsonArray && _chance.Next(4) > 0) Change(body[name]!);
                else if (_chance.Next(4) == 0) body.Remove(name);
                else if (_chance.Next(6) == 0) body["unheard"] = Something();
                else body[name] = Something();
                break;
            case JsonArray { Count: > 0 } list:
                var at = _chance.Next(list.Count);
                if (list[at] is JsonObject or JsonArray && _chance.Next(3) > 0) Change(list[at]!);
                else if (_chance.Next(4) == 0) list.Add(list[at]?.DeepClone());
                else list[at] = Something();
                break;
        }
    }

    JsonNode? Something() => _chance.Next(12) switch
    {
        0 => null,
        1 => true,
        2 => -1,
        3 => 1.5,
        4 => 99999999999999L,
        5 => "",
        6 => "text with spaces",
        7 => "2026-13-45T99:00:00Z",
        8 => new JsonObject(),
        9 => new JsonArray(),
        10 => new JsonObject { ["name"] = new JsonArray(1, "x", null) },
        _ => new string('é', _chance.Next(300)),
    };

    T Pick<T>(IReadOnlyList<T> from) => from[_chance.Next(from.Count)];
}
