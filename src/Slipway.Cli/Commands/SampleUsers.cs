using System.Security.Cryptography;
using Slipway.Sandbox.ApiServer.Access;

namespace Slipway.Cli.Commands;

/// <summary>Who can sign in to a sandbox whose roles decide; their tokens are made at start and stand in its kubeconfig.</summary>
static class SampleUsers
{
    public static IReadOnlyList<SandboxUser> All { get; } =
    [
        new("admin", Token(), [UserInfo.Masters]),
        new("ops", Token(), ["operators"]),
        new("approver", Token(), ["approvers"]),
        new("viewer", Token(), ["viewers"]),
    ];

    /// <summary>In the shop, operators may do what tickets do and give them commands; approvers approve; viewers look.</summary>
    public const string Roles = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: sample-ticket-operator}
        rules:
        - {apiGroups: [slipway.dev], resources: [opstickets], verbs: [get, list, watch, create, patch, publish, operate]}
        - {apiGroups: [slipway.dev], resources: ["*"], verbs: [get, list, watch]}
        - {apiGroups: [""], resources: [nodes], verbs: [get, list, watch]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: sample-ticket-approver}
        rules:
        - {apiGroups: [slipway.dev], resources: [opstickets], verbs: [get, list, watch, patch, approve]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: sample-ticket-viewer}
        rules:
        - {apiGroups: [slipway.dev], resources: ["*"], verbs: [get, list, watch]}
        - {apiGroups: [""], resources: [nodes], verbs: [get, list, watch]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: sample-ticket-viewers}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: sample-ticket-viewer}
        subjects:
        - {kind: Group, name: viewers}
        - {kind: Group, name: operators}
        - {kind: Group, name: approvers}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: sample-viewers}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
        subjects:
        - {kind: Group, name: viewers}
        - {kind: Group, name: operators}
        - {kind: Group, name: approvers}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: sample-operators, namespace: shop}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
        subjects: [{kind: Group, name: operators}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: sample-ticket-operators, namespace: shop}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: sample-ticket-operator}
        subjects: [{kind: Group, name: operators}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: sample-ticket-approvers, namespace: shop}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: sample-ticket-approver}
        subjects: [{kind: Group, name: approvers}]
        """;

    static string Token() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
