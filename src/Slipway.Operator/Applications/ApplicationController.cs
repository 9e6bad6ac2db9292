using Microsoft.Extensions.Logging;
using Slipway.Applications;
using Slipway.Operator.Cluster;
using Slipway.Operator.Traffic.LoadBalancers;
using Slipway.Resources;
using Slipway.Runtime.Api;
using Slipway.Runtime.Controllers;
using Slipway.Runtime.Queues;
using Slipway.Traffic;
using Slipway.Workloads;

namespace Slipway.Operator.Applications;

/// <summary>Tells each application service its units, pods, and whether a ticket can be carried out on it.</summary>
static class ApplicationController
{
    public static Controller Create(ClusterView view, Balancers balancers, KubernetesApi api, TimeProvider time, ILogger log)
    {
        var queue = new WorkQueue<ObjectKey>(time);
        var kind = new ReportedKind<ApplicationService, ApplicationServiceStatus>(
            Kinds.ApplicationServices,
            ApplicationJson.Default.ApplicationService,
            ApplicationJson.Default.ApplicationServiceStatus,
            service => service.Status,
            Report);
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
        view.SharesChanged += ns =>
        {
            foreach (var service in view.ApplicationsByNamespace.Get(ns)) services.Wake(service);
        };
        return new("services", queue, services.ReconcileAsync, 1, log);

        ApplicationServiceStatus Report(ApplicationService service, DateTimeOffset now)
        {
            var seen = view.Service(service.Key.Namespace, service.Name);
            return ServiceReport.Of(service, seen, ZeroWeight.Of(service.Name, balancers.Look(seen)), now);
        }

        void WakeServicesOf(Workload workload)
        {
            foreach (var service in view.ServicesOf(workload)) services.Wake(service);
        }
    }
}
