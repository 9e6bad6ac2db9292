package main

import (
	"context"
	"strings"

	admission "k8s.io/api/admissionregistration/v1"
	apps "k8s.io/api/apps/v1"
	authentication "k8s.io/api/authentication/v1"
	authorization "k8s.io/api/authorization/v1"
	coordination "k8s.io/api/coordination/v1"
	core "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	policy "k8s.io/api/policy/v1"
	rbac "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/registry/generic"
	"k8s.io/apiserver/pkg/registry/generic/registry"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/storage/names"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
)

// A built-in kind. The libraries have its type, its schema and the storage; the defaults and rules of its own are
// in kube-apiserver, which Debian does not package: checks of those mean nothing here.
type kind struct {
	version      schema.GroupVersion
	plural       string
	object, list runtime.Object
	namespaced   bool
	// Counts changes of its specification.
	generation bool
	// PUT creates what is not there.
	createsOnUpdate bool
	// PUT without a resourceVersion is refused.
	needsVersion bool
	hasStatus    bool
}

var kinds = []kind{
	{version: core.SchemeGroupVersion, plural: "namespaces", object: &core.Namespace{}, list: &core.NamespaceList{}},
	{version: core.SchemeGroupVersion, plural: "nodes", object: &core.Node{}, list: &core.NodeList{}},
	{version: core.SchemeGroupVersion, plural: "configmaps", object: &core.ConfigMap{}, list: &core.ConfigMapList{}, namespaced: true},
	{version: core.SchemeGroupVersion, plural: "secrets", object: &core.Secret{}, list: &core.SecretList{}, namespaced: true},
	{version: core.SchemeGroupVersion, plural: "serviceaccounts", object: &core.ServiceAccount{}, list: &core.ServiceAccountList{}, namespaced: true},
	{version: core.SchemeGroupVersion, plural: "services", object: &core.Service{}, list: &core.ServiceList{}, namespaced: true, createsOnUpdate: true},
	{version: core.SchemeGroupVersion, plural: "pods", object: &core.Pod{}, list: &core.PodList{}, namespaced: true, generation: true, hasStatus: true},
	{version: core.SchemeGroupVersion, plural: "events", object: &core.Event{}, list: &core.EventList{}, namespaced: true, createsOnUpdate: true},
	{version: apps.SchemeGroupVersion, plural: "deployments", object: &apps.Deployment{}, list: &apps.DeploymentList{}, namespaced: true, generation: true},
	{version: apps.SchemeGroupVersion, plural: "replicasets", object: &apps.ReplicaSet{}, list: &apps.ReplicaSetList{}, namespaced: true, generation: true},
	{version: apps.SchemeGroupVersion, plural: "statefulsets", object: &apps.StatefulSet{}, list: &apps.StatefulSetList{}, namespaced: true, generation: true},
	{version: apps.SchemeGroupVersion, plural: "daemonsets", object: &apps.DaemonSet{}, list: &apps.DaemonSetList{}, namespaced: true, generation: true},
	{version: apps.SchemeGroupVersion, plural: "controllerrevisions", object: &apps.ControllerRevision{}, list: &apps.ControllerRevisionList{}, namespaced: true},
	{version: policy.SchemeGroupVersion, plural: "poddisruptionbudgets", object: &policy.PodDisruptionBudget{}, list: &policy.PodDisruptionBudgetList{}, namespaced: true, generation: true, needsVersion: true},
	{version: discovery.SchemeGroupVersion, plural: "endpointslices", object: &discovery.EndpointSlice{}, list: &discovery.EndpointSliceList{}, namespaced: true, generation: true},
	{version: coordination.SchemeGroupVersion, plural: "leases", object: &coordination.Lease{}, list: &coordination.LeaseList{}, namespaced: true, createsOnUpdate: true, needsVersion: true},
	{version: rbac.SchemeGroupVersion, plural: "roles", object: &rbac.Role{}, list: &rbac.RoleList{}, namespaced: true, createsOnUpdate: true},
	{version: rbac.SchemeGroupVersion, plural: "rolebindings", object: &rbac.RoleBinding{}, list: &rbac.RoleBindingList{}, namespaced: true, createsOnUpdate: true},
	{version: rbac.SchemeGroupVersion, plural: "clusterroles", object: &rbac.ClusterRole{}, list: &rbac.ClusterRoleList{}, createsOnUpdate: true},
	{version: rbac.SchemeGroupVersion, plural: "clusterrolebindings", object: &rbac.ClusterRoleBinding{}, list: &rbac.ClusterRoleBindingList{}, createsOnUpdate: true},
	{version: admission.SchemeGroupVersion, plural: "validatingadmissionpolicies", object: &admission.ValidatingAdmissionPolicy{}, list: &admission.ValidatingAdmissionPolicyList{}, generation: true, needsVersion: true},
	{version: admission.SchemeGroupVersion, plural: "validatingadmissionpolicybindings", object: &admission.ValidatingAdmissionPolicyBinding{}, list: &admission.ValidatingAdmissionPolicyBindingList{}, generation: true, needsVersion: true},
	{version: admission.SchemeGroupVersion, plural: "mutatingadmissionpolicies", object: &admission.MutatingAdmissionPolicy{}, list: &admission.MutatingAdmissionPolicyList{}, generation: true, needsVersion: true},
	{version: admission.SchemeGroupVersion, plural: "mutatingadmissionpolicybindings", object: &admission.MutatingAdmissionPolicyBinding{}, list: &admission.MutatingAdmissionPolicyBindingList{}, generation: true, needsVersion: true},
	{version: authorization.SchemeGroupVersion, plural: "subjectaccessreviews", object: &authorization.SubjectAccessReview{}},
	{version: authorization.SchemeGroupVersion, plural: "selfsubjectaccessreviews", object: &authorization.SelfSubjectAccessReview{}},
	{version: authentication.SchemeGroupVersion, plural: "selfsubjectreviews", object: &authentication.SelfSubjectReview{}},
}

var (
	scheme = runtime.NewScheme()
	codecs = serializer.NewCodecFactory(scheme)
)

func init() {
	must(clientscheme.AddToScheme(scheme))
	metav1.AddToGroupVersion(scheme, schema.GroupVersion{Version: "v1"})
	scheme.AddUnversionedTypes(schema.GroupVersion{Version: "v1"}, &metav1.Status{}, &metav1.APIVersions{}, &metav1.APIGroupList{}, &metav1.APIGroup{}, &metav1.APIResourceList{})
	for _, k := range kinds {
		// What is served is also what is worked on: there is one version of each.
		internal := schema.GroupVersion{Group: k.version.Group, Version: runtime.APIVersionInternal}
		scheme.AddKnownTypes(internal, k.object)
		if k.list != nil {
			scheme.AddKnownTypes(internal, k.list)
		}
		must(scheme.SetVersionPriority(k.version))
	}
}

func (k kind) singular() string {
	kinds, _, err := scheme.ObjectKinds(k.object)
	must(err)
	return strings.ToLower(kinds[0].Kind)
}

type strategy struct {
	runtime.ObjectTyper
	names.NameGenerator
	kind
}

func (s strategy) NamespaceScoped() bool                                     { return s.namespaced }
func (s strategy) AllowCreateOnUpdate() bool                                 { return s.createsOnUpdate }
func (s strategy) AllowUnconditionalUpdate() bool                            { return !s.needsVersion }
func (s strategy) Canonicalize(runtime.Object)                               {}
func (s strategy) WarningsOnCreate(context.Context, runtime.Object) []string { return nil }
func (s strategy) WarningsOnUpdate(context.Context, runtime.Object, runtime.Object) []string {
	return nil
}
func (s strategy) PrepareForUpdate(context.Context, runtime.Object, runtime.Object) {}

func (s strategy) PrepareForCreate(_ context.Context, object runtime.Object) {
	if s.generation {
		metadata, _ := meta.Accessor(object)
		metadata.SetGeneration(1)
	}
	switch made := object.(type) {
	case *core.Namespace:
		made.Status.Phase = core.NamespaceActive
	case *core.Pod:
		made.Status = core.PodStatus{Phase: core.PodPending}
	default:
		fillPolicy(object)
	}
}

func (s strategy) Validate(_ context.Context, object runtime.Object) field.ErrorList {
	if s.version.Group == rbac.GroupName {
		return nil
	}
	metadata, _ := meta.Accessor(object)
	return validation.ValidateObjectMetaAccessor(metadata, s.namespaced, validation.NameIsDNSSubdomain, field.NewPath("metadata"))
}

func (s strategy) ValidateUpdate(_ context.Context, object, old runtime.Object) field.ErrorList {
	now, _ := meta.Accessor(object)
	before, _ := meta.Accessor(old)
	return validation.ValidateObjectMetaAccessorUpdate(now, before, field.NewPath("metadata"))
}

// A write of the status leaves the rest as it was.
type statusStrategy struct{ strategy }

func (s statusStrategy) PrepareForUpdate(_ context.Context, object, old runtime.Object) {
	object.(*core.Pod).Spec = old.(*core.Pod).Spec
}

type store struct {
	*registry.Store
	kind
}

func (s store) GetSingularName() string { return s.singular() }

type status struct{ *registry.Store }

func (s status) New() runtime.Object { return s.Store.New() }
func (s status) Destroy()            {}
func (s status) Get(ctx context.Context, name string, options *metav1.GetOptions) (runtime.Object, error) {
	return s.Store.Get(ctx, name, options)
}
func (s status) Update(ctx context.Context, name string, info rest.UpdatedObjectInfo, create rest.ValidateObjectFunc, update rest.ValidateObjectUpdateFunc, _ bool, options *metav1.UpdateOptions) (runtime.Object, bool, error) {
	return s.Store.Update(ctx, name, info, create, update, false, options)
}

// Where a kind is kept, by the paths it is served under.
func (k kind) storage(options generic.RESTOptionsGetter) map[string]rest.Storage {
	resource := schema.GroupResource{Group: k.version.Group, Resource: k.plural}
	way := strategy{scheme, names.SimpleNameGenerator, k}
	kept := &registry.Store{
		NewFunc:                   func() runtime.Object { return k.object.DeepCopyObject() },
		NewListFunc:               func() runtime.Object { return k.list.DeepCopyObject() },
		DefaultQualifiedResource:  resource,
		SingularQualifiedResource: schema.GroupResource{Group: k.version.Group, Resource: k.singular()},
		CreateStrategy:            way,
		UpdateStrategy:            way,
		DeleteStrategy:            way,
		TableConvertor:            rest.NewDefaultTableConvertor(resource),
	}
	must(kept.CompleteWithOptions(&generic.StoreOptions{RESTOptions: options}))
	served := map[string]rest.Storage{k.plural: store{kept, k}}
	if k.hasStatus {
		beside := *kept
		beside.UpdateStrategy = statusStrategy{way}
		served[k.plural+"/status"] = status{&beside}
	}
	return served
}

// The defaults of admission policies, without which they match nothing.
func fillPolicy(object runtime.Object) {
	fail := admission.Fail
	switch made := object.(type) {
	case *admission.ValidatingAdmissionPolicy:
		fillMatch(made.Spec.MatchConstraints)
		if made.Spec.FailurePolicy == nil {
			made.Spec.FailurePolicy = &fail
		}
	case *admission.MutatingAdmissionPolicy:
		fillMatch(made.Spec.MatchConstraints)
		if made.Spec.FailurePolicy == nil {
			made.Spec.FailurePolicy = &fail
		}
	case *admission.ValidatingAdmissionPolicyBinding:
		fillMatch(made.Spec.MatchResources)
	case *admission.MutatingAdmissionPolicyBinding:
		fillMatch(made.Spec.MatchResources)
	}
}

func fillMatch(match *admission.MatchResources) {
	if match == nil {
		return
	}
	equivalent, all := admission.Equivalent, admission.AllScopes
	if match.MatchPolicy == nil {
		match.MatchPolicy = &equivalent
	}
	if match.NamespaceSelector == nil {
		match.NamespaceSelector = &metav1.LabelSelector{}
	}
	if match.ObjectSelector == nil {
		match.ObjectSelector = &metav1.LabelSelector{}
	}
	for i := range match.ResourceRules {
		if match.ResourceRules[i].Scope == nil {
			match.ResourceRules[i].Scope = &all
		}
	}
}
