namespace Slipway.Resources;

/// <summary>The kinds Slipway reads or writes.</summary>
public static class Kinds
{
    public static readonly ResourceType Namespaces = new("", "v1", "namespaces", "Namespace", Namespaced: false);
    public static readonly ResourceType Nodes = new("", "v1", "nodes", "Node", Namespaced: false);
    public static readonly ResourceType Pods = new("", "v1", "pods", "Pod", Namespaced: true);
    public static readonly ResourceType Services = new("", "v1", "services", "Service", Namespaced: true);
    public static readonly ResourceType ConfigMaps = new("", "v1", "configmaps", "ConfigMap", Namespaced: true);
    public static readonly ResourceType Events = new("", "v1", "events", "Event", Namespaced: true);
    public static readonly ResourceType Deployments = new("apps", "v1", "deployments", "Deployment", Namespaced: true);
    public static readonly ResourceType ReplicaSets = new("apps", "v1", "replicasets", "ReplicaSet", Namespaced: true);
    public static readonly ResourceType StatefulSets = new("apps", "v1", "statefulsets", "StatefulSet", Namespaced: true);
    public static readonly ResourceType ControllerRevisions = new("apps", "v1", "controllerrevisions", "ControllerRevision", Namespaced: true);
    public static readonly ResourceType DaemonSets = new("apps", "v1", "daemonsets", "DaemonSet", Namespaced: true);
    public static readonly ResourceType EndpointSlices = new("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", Namespaced: true);
    public static readonly ResourceType PodDisruptionBudgets = new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", Namespaced: true);
    public static readonly ResourceType Leases = new("coordination.k8s.io", "v1", "leases", "Lease", Namespaced: true);
    public static readonly ResourceType CustomResourceDefinitions = new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", Namespaced: false);
    public static readonly ResourceType ContainerRecreateRequests = new("apps.kruise.io", "v1alpha1", "containerrecreaterequests", "ContainerRecreateRequest", Namespaced: true);
    public static readonly ResourceType HttpRoutes = new("gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute", Namespaced: true);
    public static readonly ResourceType GrpcRoutes = new("gateway.networking.k8s.io", "v1", "grpcroutes", "GRPCRoute", Namespaced: true);
    public static readonly ResourceType CloneSets = new("apps.kruise.io", "v1alpha1", "clonesets", "CloneSet", Namespaced: true);
    public static readonly ResourceType AdvancedStatefulSets = new("apps.kruise.io", "v1beta1", "statefulsets", "StatefulSet", Namespaced: true);
    public static readonly ResourceType WorkloadSpreads = new("apps.kruise.io", "v1alpha1", "workloadspreads", "WorkloadSpread", Namespaced: true);
    public static readonly ResourceType HorizontalPodAutoscalers = new("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", Namespaced: true);
    public static readonly ResourceType OpsTickets = new("slipway.dev", "v1alpha1", "opstickets", "OpsTicket", Namespaced: true);
    public static readonly ResourceType OpsTicketGroups = new("slipway.dev", "v1alpha1", "opsticketgroups", "OpsTicketGroup", Namespaced: true);
    public static readonly ResourceType DeploymentUnits = new("slipway.dev", "v1alpha1", "deploymentunits", "DeploymentUnit", Namespaced: false);
    public static readonly ResourceType ApplicationServices = new("slipway.dev", "v1alpha1", "applicationservices", "ApplicationService", Namespaced: true);
    public static readonly ResourceType OpsPolicies = new("slipway.dev", "v1alpha1", "opspolicies", "OpsPolicy", Namespaced: false);
    public static readonly ResourceType CafeDeployments = new("apps.cafe.cloud.alipay.com", "v1alpha1", "cafedeployments", "CafeDeployment", Namespaced: true);
    public static readonly ResourceType InPlaceSets = new("apps.cafe.cloud.alipay.com", "v1alpha1", "inplacesets", "InPlaceSet", Namespaced: true);

    /// <summary>The kind of a workload, by its group and name.</summary>
    public static ResourceType OfWorkload(string group, string kind) =>
        new[] { Deployments, ReplicaSets, StatefulSets, CloneSets, AdvancedStatefulSets, CafeDeployments }.First(type => type.Group == group && type.Kind == kind);
}
