using Microsoft.Extensions.Logging;
using Slipway.Applications;
using Slipway.Operator.Cluster;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Controllers;
using Slipway.Runtime.Queues;
using Slipway.Workloads;

namespace Slipway.Operator.Applications;

/// <summary>Tells each application service its units, pods, and whether a ticket can be carried out on it.</summary>
static class ApplicationController
{
    public static Controller Create(ClusterView view, KubernetesApi api, TimeProvider time, ILogger log)
    {
        var queue = new WorkQueue<ObjectKey>(time);
        var kind = new ReportedKind<ApplicationService, ApplicationServiceStatus>(
            Kinds.ApplicationServices,
            ApplicationJson.Default.ApplicationService,
            ApplicationJson.Default.ApplicationServiceStatus,
            service => service.Status,
            (service, now) => ServiceReport.Of(service, view.Service(service.Key.Namespace, service.Name), now));
        var services = new StatusController<ApplicationService, ApplicationServiceStatus>(kind, view.Applications, api, queue, time);

        view.Applications.Changed += change =>
        {
            foreach (var service in new[] { change.Old, change.New }.OfType<ApplicationService>())
            {
                services.Wake(service);
                foreach (var namesake in view.NamesakesOf(service)) services.Wake(namesake);
            }
        };
        view.Pods.Changed += change =>
        {
            if ((change.New ?? change.Old) is { Controller: not null } pod && view.WorkloadOf(pod) is { } workload) WakeServicesOf(workload);
        };
        view.WorkloadChanged += change =>
        {
            if ((change.New ?? change.Old) is { } workload) WakeServicesOf(workload);
        };
        view.Units.Changed += services.WakeAll;
        return new("services", queue, services.ReconcileAsync, 1, log);

        void WakeServicesOf(Workload workload)
        {
            foreach (var service in view.ServicesOf(workload)) services.Wake(service);
        }
    }
}
