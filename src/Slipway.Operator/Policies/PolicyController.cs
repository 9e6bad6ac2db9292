using Microsoft.Extensions.Logging;
using Slipway.Operator.Cluster;
using Slipway.Policies;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Controllers;
using Slipway.Runtime.Queues;

namespace Slipway.Operator.Policies;

/// <summary>Tells each policy whether its rules can be read.</summary>
static class PolicyController
{
    public static Controller Create(ClusterView view, KubernetesApi api, TimeProvider time, ILogger log)
    {
        var queue = new WorkQueue<ObjectKey>(time);
        var kind = new ReportedKind<OpsPolicy, OpsPolicyStatus>(
            Kinds.OpsPolicies, PolicyJson.Default.OpsPolicy, PolicyJson.Default.OpsPolicyStatus, policy => policy.Status, PolicyRules.Report);
        var policies = new StatusController<OpsPolicy, OpsPolicyStatus>(kind, view.Policies, api, queue, time);
        view.Policies.Changed += change =>
        {
            if (change.New is { } policy) policies.Wake(policy);
        };
        return new("policies", queue, policies.ReconcileAsync, 1, log);
    }
}
