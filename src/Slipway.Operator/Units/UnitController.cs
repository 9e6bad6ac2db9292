using Microsoft.Extensions.Logging;
using Slipway.Operator.Cluster;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Controllers;
using Slipway.Runtime.Queues;
using Slipway.Units;

namespace Slipway.Operator.Units;

/// <summary>Tells each deployment unit what nodes it has, and which other units claim them too.</summary>
static class UnitController
{
    public static Controller Create(ClusterView view, KubernetesApi api, TimeProvider time, ILogger log)
    {
        var queue = new WorkQueue<ObjectKey>(time);
        var kind = new ReportedKind<DeploymentUnit, DeploymentUnitStatus>(
            Kinds.DeploymentUnits,
            UnitJson.Default.DeploymentUnit,
            UnitJson.Default.DeploymentUnitStatus,
            unit => unit.Status,
            (unit, now) => UnitReport.Of(unit, view.Units.Map, view.Units.Nodes, now));
        var units = new StatusController<DeploymentUnit, DeploymentUnitStatus>(kind, view.Units.Units, api, queue, time);

        // A unit's selector and name concern the others.
        view.Units.Changed += units.WakeAll;
        return new("units", queue, units.ReconcileAsync, 1, log);
    }
}
