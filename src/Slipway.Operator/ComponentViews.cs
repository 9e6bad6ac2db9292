using Slipway.Components;
using Slipway.Operator.Cluster;
using Slipway.Runtime.Api;

namespace Slipway.Operator;

/// <summary>Looks once at the components of a cluster.</summary>
public sealed class ComponentViews(KubernetesApi api, TimeProvider time)
{
    public async Task<IReadOnlyList<DiagnosisLine>> DiagnoseAsync(CancellationToken cancellation)
    {
        var view = new ClusterView(api, ComponentRecord.Namespace, new Random(0), time);
        await view.LoadAsync(cancellation);
        return Diagnosis.Of(view.Components, view.RecreateRequestsServed);
    }
}
