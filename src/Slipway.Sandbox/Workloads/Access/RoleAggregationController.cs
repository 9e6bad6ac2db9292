using Slipway.Sandbox.ApiServer.Access;

namespace Slipway.Sandbox.Workloads.Access;

/// <summary>Writes the rules of aggregated cluster roles (kube-controller-manager, clusterrole-aggregation-controller).</summary>
sealed class RoleAggregationController
{
    readonly ClusterView view;
    readonly KeyedLoop<string> loop;

    public RoleAggregationController(ClusterView view)
    {
        this.view = view;
        loop = new(view, _ => Step());
        view.Follow(RbacKinds.ClusterRoles, _ => loop.Add(""));
    }

    void Step()
    {
        foreach (var role in view.Objects.List(RbacKinds.ClusterRoles))
        {
            if (RoleAggregation.Wanted(view.Objects, role) is not { } rules) continue;
            var copy = role.Edit();
            copy["rules"] = rules;
            view.Objects.Update(RbacKinds.ClusterRoles, copy);
        }
    }
}
