using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer;
using Slipway.Sandbox.ApiServer.Protobuf;
using Xunit;

namespace Slipway.Tests.Sandbox.ApiServer.Protobuf;

public sealed class ProtobufBodyTests
{
    /// <summary>Sent by kubectl 1.33, and what 1.31 sends as JSON for the same command.</summary>
    public static TheoryData<string, string, string> Sent => new()
    {
        {
            "create namespace y",
            "azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhkKEQoBeRIAGgAiACoAMgA4AEIAEgAaAgoAGgAiAA==",
            """{ "kind": "Namespace", "apiVersion": "v1", "metadata": { "name": "y" }, "spec": {}, "status": {} }"""
        },
        {
            "create configmap c --from-literal=a=b",
            "azhzAAoPCgJ2MRIJQ29uZmlnTWFwEhwKEgoBYxIAGgF5IgAqADIAOABCABIGCgFhEgFiGgAiAA==",
            """{ "kind": "ConfigMap", "apiVersion": "v1", "metadata": { "name": "c", "namespace": "y" }, "data": { "a": "b" } }"""
        },
        {
            "create secret generic s --from-literal=p=q",
            "azhzAAoMCgJ2MRIGU2VjcmV0Eh4KEgoBcxIAGgF5IgAqADIAOABCABIGCgFwEgFxGgAaACIA",
            """{ "kind": "Secret", "apiVersion": "v1", "metadata": { "name": "s", "namespace": "y" }, "data": { "p": "cQ==" } }"""
        },
        {
            "create deployment d --image=nginx --replicas=0 --port=80",
            "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50ErEBChwKAWQSABoBeSIAKgAyADgAQgBaCAoDYXBwEgFkEoIBCAASCgoICgNhcHASAWQaagoaCgASABoAIgAqADIAOABCAFoICgNhcHASAWQSTBIuCgVuZ2lueBIFbmdpbngqADIKCgAQABhQIgAqAEIAagByAIABAIgBAJABAKIBABoAMgBCAEoAUgBYAGAAaACCAQCKAQCaAQDCAQAiAgoAKAA4ABoMCAAQABgAIAAoADgAGgAiAA==",
            """
            {
              "kind": "Deployment", "apiVersion": "apps/v1",
              "metadata": { "name": "d", "namespace": "y", "labels": { "app": "d" } },
              "spec": {
                "replicas": 0,
                "selector": { "matchLabels": { "app": "d" } },
                "template": {
                  "metadata": { "labels": { "app": "d" } },
                  "spec": { "containers": [{ "name": "nginx", "image": "nginx", "ports": [{ "containerPort": 80 }], "resources": {} }] }
                },
                "strategy": {}
              },
              "status": {}
            }
            """
        },
        {
            "create service nodeport s1 --tcp=80:8080",
            "azhzAAoNCgJ2MRIHU2VydmljZRJmCh4KAnMxEgAaAXkiACoAMgA4AEIAWgkKA2FwcBICczESQAobCgc4MC04MDgwEgNUQ1AYUCIHCAAQkD8aACgAEgkKA2FwcBICczEaACIITm9kZVBvcnQ6AEIAUgBaAGAAaAAaAgoAGgAiAA==",
            """
            {
              "kind": "Service", "apiVersion": "v1",
              "metadata": { "name": "s1", "namespace": "y", "labels": { "app": "s1" } },
              "spec": { "ports": [{ "name": "80-8080", "protocol": "TCP", "port": 80, "targetPort": 8080 }], "selector": { "app": "s1" }, "type": "NodePort" },
              "status": { "loadBalancer": {} }
            }
            """
        },
        {
            "create role r --verb=get --resource=pods",
            "azhzAAokChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEgRSb2xlEiMKEgoBchIAGgF5IgAqADIAOABCABINCgNnZXQSABoEcG9kcxoAIgA=",
            """{ "kind": "Role", "apiVersion": "rbac.authorization.k8s.io/v1", "metadata": { "name": "r", "namespace": "y" }, "rules": [{ "verbs": ["get"], "apiGroups": [""], "resources": ["pods"] }] }"""
        },
        {
            "create pdb p --selector=app=d --max-unavailable=50%",
            "azhzAAogCglwb2xpY3kvdjESE1BvZERpc3J1cHRpb25CdWRnZXQSOQoSCgFwEgAaAXkiACoAMgA4AEIAEhcSCgoICgNhcHASAWQaCQgBEAAaAzUwJRoKCAAYACAAKAAwABoAIgA=",
            """
            {
              "kind": "PodDisruptionBudget", "apiVersion": "policy/v1", "metadata": { "name": "p", "namespace": "y" },
              "spec": { "selector": { "matchLabels": { "app": "d" } }, "maxUnavailable": "50%" },
              "status": { "disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0 }
            }
            """
        },
        {
            "auth can-i get pods",
            "azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSNgoQCgASABoAIgAqADIAOABCABIYChYKAXgSA2dldBoAIgAqBHBvZHMyADoAGggIABIAGgAgABoAIgA=",
            """
            {
              "kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1", "metadata": {},
              "spec": { "resourceAttributes": { "namespace": "x", "verb": "get", "resource": "pods" } }, "status": { "allowed": false }
            }
            """
        },
        {
            "drain --disable-eviction",
            "azhzAAoTCgJ2MRINRGVsZXRlT3B0aW9ucxIAGgAiAA==",
            """{ "kind": "DeleteOptions", "apiVersion": "v1" }"""
        },
        {
            "autoscale deployment d --max=3",
            "azhzAAopCg5hdXRvc2NhbGluZy92MhIXSG9yaXpvbnRhbFBvZEF1dG9zY2FsZXISNwoRCgFkEgAaACIAKgAyADgAQgASHAoYCgpEZXBsb3ltZW50EgFkGgdhcHBzL3YxGAMaBBgAIAAaACIA",
            """
            {
              "kind": "HorizontalPodAutoscaler", "apiVersion": "autoscaling/v2", "metadata": { "name": "d" },
              "spec": { "scaleTargetRef": { "kind": "Deployment", "name": "d", "apiVersion": "apps/v1" }, "maxReplicas": 3 },
              "status": { "desiredReplicas": 0 }
            }
            """
        },
    };

    [Theory]
    [MemberData(nameof(Sent))]
    public void What_kubectl_sends_is_read_as_the_JSON_it_stands_for(string command, string base64, string json)
    {
        var read = ProtobufBody.Read(Convert.FromBase64String(base64));

        AssertSame(json, read, command);
    }

    [Fact]
    public void A_zero_that_was_set_is_kept_and_one_that_was_not_is_dropped()
    {
        var options = new WireMessage().With(1, 0).With(2, new WireMessage().With(1, "u1")).With(4, "Orphan").With(5, "All").Of("apps/v1", "DeleteOptions");
        var pod = new WireMessage().With(1, new WireMessage().With(1, "p").With(7, 0)).With(2, new WireMessage().With(4, 0).With(11, 0).With(21, 0)).Of("v1", "Pod");

        var (deletion, read) = (ProtobufBody.Read(options), ProtobufBody.Read(pod));

        Assert.Equal("""{"kind":"DeleteOptions","apiVersion":"apps/v1","gracePeriodSeconds":0,"preconditions":{"uid":"u1"},"propagationPolicy":"Orphan","dryRun":["All"]}""", deletion.ToJsonString());
        Assert.Equal("""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p"},"spec":{"terminationGracePeriodSeconds":0,"automountServiceAccountToken":false}}""", read.ToJsonString());
    }

    [Fact]
    public void Times_quantities_inline_parts_and_raw_objects_are_written_as_JSON_writes_them()
    {
        var container = new WireMessage().With(1, "c")
            .With(7, new WireMessage().With(1, "A").With(3, new WireMessage().With(3, new WireMessage().With(1, new WireMessage().With(1, "cm")).With(2, "key").With(3, 0))))
            .With(8, new WireMessage().With(1, new WireMessage().With(1, "cpu").With(2, new WireMessage().With(1, "500m"))))
            .With(11, new WireMessage().With(1, new WireMessage().With(2, new WireMessage().With(1, "/ready").With(2, new WireMessage().With(1, 1).With(2, 0).With(3, "http")))).With(2, 5));
        var pod = new WireMessage().With(1, new WireMessage().With(1, "p").With(8, new WireMessage().With(1, 1_767_225_600)))
            .With(2, new WireMessage().With(1, new WireMessage().With(1, "tmp").With(2, new WireMessage().With(2, new WireMessage().With(1, "").With(2, new WireMessage().With(1, "1Gi"))))).With(2, container));
        var revision = new WireMessage().With(2, new WireMessage().With(1, """{"spec":{"a":[1]}}""")).With(3, 7);
        var lease = new WireMessage().With(2, new WireMessage().With(1, "me").With(4, new WireMessage().With(1, 1_767_225_600).With(2, 123_456_789)));

        AssertSame(
            """
            {
              "kind": "Pod", "apiVersion": "v1", "metadata": { "name": "p", "creationTimestamp": "2026-01-01T00:00:00Z" },
              "spec": {
                "volumes": [{ "name": "tmp", "emptyDir": { "sizeLimit": "1Gi" } }],
                "containers": [{
                  "name": "c",
                  "env": [{ "name": "A", "valueFrom": { "configMapKeyRef": { "name": "cm", "key": "key", "optional": false } } }],
                  "resources": { "limits": { "cpu": "500m" } },
                  "readinessProbe": { "httpGet": { "path": "/ready", "port": "http" }, "initialDelaySeconds": 5 }
                }]
              }
            }
            """,
            ProtobufBody.Read(pod.Of("v1", "Pod")));
        Assert.Equal("""{"kind":"ControllerRevision","apiVersion":"apps/v1","revision":7,"data":{"spec":{"a":[1]}}}""", ProtobufBody.Read(revision.Of("apps/v1", "ControllerRevision")).ToJsonString());
        Assert.Equal("""{"kind":"Lease","apiVersion":"coordination.k8s.io/v1","spec":{"holderIdentity":"me","renewTime":"2026-01-01T00:00:00.123456Z"}}""", ProtobufBody.Read(lease.Of("coordination.k8s.io/v1", "Lease")).ToJsonString());
    }

    [Fact]
    public void Fields_of_later_versions_are_skipped()
    {
        var message = new WireMessage().With(1, new WireMessage().With(1, "x").With(900, "new")).With(901, 5).WithFixed(902, 1.5).With(903, new WireMessage().With(1, "deep"));

        Assert.Equal("""{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"x"}}""", ProtobufBody.Read(message.Of("v1", "Namespace")).ToJsonString());
    }

    [Fact]
    public void Broken_bytes_are_refused_as_a_bad_request()
    {
        byte[] whole = new WireMessage().With(1, new WireMessage().With(1, "x")).Of("v1", "Namespace");

        Assert.Equal(400, Refusal([]).Code);
        Assert.Equal(400, Refusal("""{"kind":"Namespace"}"""u8.ToArray()).Code);
        Assert.Equal(400, Refusal(whole[..^3]).Code);
        Assert.Equal(400, Refusal(new WireMessage().With(1, 5).Of("v1", "Namespace")).Code);
        Assert.Equal(400, Refusal(new WireMessage().With(2, new WireMessage().With(1, "{")).Of("apps/v1", "ControllerRevision")).Code);
        Assert.Equal(400, Refusal(new WireMessage().With(1, new WireMessage().With(8, new WireMessage().With(1, long.MaxValue))).Of("v1", "Namespace")).Code);
    }

    [Fact]
    public void A_kind_its_group_does_not_have_is_a_bad_request_and_a_custom_resource_an_unsupported_media_type()
    {
        Assert.Equal(400, Refusal(new WireMessage().Of("v1", "Nonsense")).Code);
        Assert.Equal(415, Refusal(new WireMessage().Of("ops.slipway.dev/v1", "OpsTicket")).Code);
    }

    [Fact]
    public void Every_message_that_a_field_names_has_a_table_and_every_number_stands_for_one_field()
    {
        var named = FieldTables.All.Values.SelectMany(table => table.Fields.Values.Select(field => (Table: table.Name, field.Message))).Where(pair => pair.Message is not null).ToList();

        Assert.All(named, pair => Assert.True(FieldTables.All.ContainsKey(pair.Message!), $"{pair.Table} names {pair.Message}"));
        Assert.All(FieldTables.All.Values, table => Assert.Equal(table.Fields.Count, table.Fields.Values.Select(field => field.IsInline ? $"*{field.Message}" : field.Name).Distinct().Count()));
        Assert.True(FieldTables.All.Count > 300, $"only {FieldTables.All.Count} messages");
    }

    [Fact]
    public void Whatever_the_bytes_are_the_answer_is_an_object_or_a_refusal()
    {
        var chance = new Random(20260101);
        var bodies = Sent.Select(row => Convert.FromBase64String(row.Data.Item2)).ToList();
        var (read, refused) = (0, 0);
        for (var round = 0; round < 20_000; round++)
        {
            var body = bodies[chance.Next(bodies.Count)].ToList();
            for (var change = chance.Next(1, 4); change > 0; change--) Damage(body, chance);
            try
            {
                ProtobufBody.Read(body.ToArray());
                read++;
            }
            catch (StatusException refusal)
            {
                Assert.InRange(refusal.Code, 400, 415);
                refused++;
            }
        }

        Assert.True(read > 200 && refused > 200, $"{read} read, {refused} refused");
    }

    static void Damage(List<byte> body, Random chance)
    {
        var at = chance.Next(4, body.Count);
        switch (chance.Next(4))
        {
            case 0:
                body[at] = (byte)chance.Next(256);
                break;
            case 1:
                body.Insert(at, (byte)chance.Next(256));
                break;
            case 2 when body.Count > 6:
                body.RemoveAt(at);
                break;
            default:
                body.RemoveRange(Math.Max(at, 5), Math.Min(chance.Next(8), body.Count - Math.Max(at, 5)));
                break;
        }
    }

    static void AssertSame(string json, JsonObject read, string of = "") => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), read), $"{of} {read}");

    static StatusException Refusal(byte[] body) => Assert.Throws<StatusException>(() => ProtobufBody.Read(body));
}
