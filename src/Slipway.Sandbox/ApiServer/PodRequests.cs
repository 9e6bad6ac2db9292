using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Sandbox.ApiServer.Logs;
using Slipway.Sandbox.Storage;

namespace Slipway.Sandbox.ApiServer;

/// <summary>What only pods have: eviction, binding, logs and exec.</summary>
sealed class PodRequests(Objects objects, TimeProvider time)
{
    public ApiResponse Answer(ApiRequest request, ApiTarget target) => (request.Method, target.Subresource) switch
    {
        ("POST", "eviction") => Evict(request, target),
        ("POST", "binding") => Bind(request, target),
        ("GET", "log") => new LogRequest(objects, time, request, Find(target)).Answer(),
        ("GET" or "POST", "exec") => Exec(request, target),
        _ => throw StatusException.NotAllowed(),
    };

    StoredObject Find(ApiTarget target) => objects.Get(target.Type, target.Key) ?? throw StatusException.NotFound(target.Type, target.Name!);

    /// <summary>Deletes the pod if every budget that covers it has room (Kubernetes, "API-initiated Eviction").</summary>
    ApiResponse.Whole Evict(ApiRequest request, ApiTarget target)
    {
        RequestOptions.Check(request);
        var body = RequestBodies.ReadDocument(request, "Eviction");
        if (body.At("metadata", "name").Text() != target.Name) throw StatusException.BadRequest("name in URL does not match name in Eviction object");
        var options = DeleteBody.Read(request, body["deleteOptions"] as JsonObject ?? []);
        lock (objects.Store.Gate)
        {
            var pod = Find(target);
            Objects.CheckPreconditions(pod, options);
            if (!IsFreeToGo(pod)) Spend(pod, options.DryRun);
            objects.Delete(target.Type, target.Key, options);
        }

        return ApiResponse.Json(201, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 });
    }

    /// <summary>A pod that serves nobody needs no budget: finished, pending, or on its way out.</summary>
    static bool IsFreeToGo(StoredObject pod) => pod.Json.At("status", "phase").Text() is "Succeeded" or "Failed" or "Pending" || pod.IsTerminating;

    void Spend(StoredObject pod, bool dryRun)
    {
        var budgets = objects.List(Slipway.Resources.Kinds.PodDisruptionBudgets, pod.Key.Namespace).Where(budget => Covers(budget, pod)).ToList();
        if (budgets.Count == 0) return;
        if (budgets.Count > 1) throw new StatusException(500, "InternalError", "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        var budget = budgets[0];
        var isReady = pod.Json.At("status", "conditions").Items().Any(condition => condition.At("type").Text() == "Ready" && condition.At("status").Text() == "True");
        var status = budget.Json.At("status");
        var healthy = status.At("currentHealthy").Number() ?? 0;
        var needed = status.At("desiredHealthy").Number() ?? 0;
        // Never below what is desired, except where the budget says that pods that serve nobody may always go.
        if (!isReady && (budget.Json.At("spec", "unhealthyPodEvictionPolicy").Text() == "AlwaysAllow" || (needed > 0 && healthy >= needed))) return;
        if ((status.At("observedGeneration").Number() ?? 0) < (budget.Json.At("metadata", "generation").Number() ?? 0)) throw Refusal(budget, $"The disruption budget {budget.Name} is still being processed by the server.");
        var allowed = status.At("disruptionsAllowed").Number() ?? 0;
        if (allowed <= 0) throw Refusal(budget, $"The disruption budget {budget.Name} needs {needed} healthy pods and has {healthy} currently");
        if (dryRun) return;
        var body = budget.Edit();
        body.Child("status")["disruptionsAllowed"] = allowed - 1;
        body.Child("status").Child("disruptedPods")[pod.Name] = objects.Now();
        objects.Update(budget.Type, body, "status");
    }

    static bool Covers(StoredObject budget, StoredObject pod) =>
        budget.Json.At("spec", "selector") is { ValueKind: JsonValueKind.Object } selector && SelectorJson.Read(selector) is { IsEmpty: false } covered && covered.Matches(pod.Labels);

    static StatusException Refusal(StoredObject budget, string cause) => new(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.")
    {
        Details = new() { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "DisruptionBudget", ["message"] = cause }) },
    };

    ApiResponse.Whole Bind(ApiRequest request, ApiTarget target)
    {
        var binding = RequestBodies.ReadDocument(request, "Binding");
        binding.Child("metadata")["namespace"] = target.Namespace;
        binding.Child("metadata")["name"] = target.Name;
        objects.Update(target.Type, binding, "binding");
        return ApiResponse.Json(201, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 });
    }

    ApiResponse Exec(ApiRequest request, ApiTarget target)
    {
        var pod = Find(target);
        var container = ContainerNames.Choose(pod, request["container"]);
        if (pod.Json.At("spec", "nodeName").Text() is null) throw StatusException.BadRequest($"pod {pod.Name} does not have a host assigned");
        if (ContainerLog.Of(pod.Json, container) is not { IsRunning: true, Run: not null }) throw new StatusException(500, "InternalError", $"unable to upgrade connection: container not found (\"{container}\")");
        return new ApiResponse.Session(new(objects, time, pod, container, request));
    }
}
