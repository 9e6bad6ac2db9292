package main

import (
	"context"
	"slices"
	"strings"

	authentication "k8s.io/api/authentication/v1"
	authorization "k8s.io/api/authorization/v1"
	rbac "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/client-go/informers"
)

// Roles and their bindings; kube-apiserver's own reading of them is not among the libraries.
type roles struct {
	informers informers.SharedInformerFactory
}

func (r *roles) Authorize(_ context.Context, wanted authorizer.Attributes) (authorizer.Decision, string, error) {
	if slices.Contains(wanted.GetUser().GetGroups(), user.SystemPrivilegedGroup) || isForEveryone(wanted) || r.informers != nil && r.gives(wanted) {
		return authorizer.DecisionAllow, "", nil
	}
	return authorizer.DecisionNoOpinion, "", nil
}

func isForEveryone(wanted authorizer.Attributes) bool {
	path := wanted.GetPath()
	return strings.HasPrefix(wanted.GetResource(), "selfsubject") ||
		!wanted.IsResourceRequest() && (path == "/readyz" || path == "/version" || strings.HasPrefix(path, "/api") || strings.HasPrefix(path, "/openapi"))
}

func (r *roles) gives(wanted authorizer.Attributes) bool {
	known := r.informers.Rbac().V1()
	everywhere, _ := known.ClusterRoleBindings().Lister().List(labels.Everything())
	for _, binding := range everywhere {
		if binds(binding.Subjects, wanted.GetUser(), "") && r.allows(binding.RoleRef, "", wanted) {
			return true
		}
	}
	if wanted.GetNamespace() == "" {
		return false
	}
	here, _ := known.RoleBindings().Lister().RoleBindings(wanted.GetNamespace()).List(labels.Everything())
	for _, binding := range here {
		if binds(binding.Subjects, wanted.GetUser(), wanted.GetNamespace()) && r.allows(binding.RoleRef, wanted.GetNamespace(), wanted) {
			return true
		}
	}
	return false
}

func (r *roles) allows(ref rbac.RoleRef, namespace string, wanted authorizer.Attributes) bool {
	return slices.ContainsFunc(r.rules(ref, namespace), func(rule rbac.PolicyRule) bool { return ruleAllows(rule, wanted) })
}

// None where the role is not there.
func (r *roles) rules(ref rbac.RoleRef, namespace string) []rbac.PolicyRule {
	known := r.informers.Rbac().V1()
	if ref.Kind == "Role" {
		if role, err := known.Roles().Lister().Roles(namespace).Get(ref.Name); err == nil {
			return role.Rules
		}
	} else if role, err := known.ClusterRoles().Lister().Get(ref.Name); err == nil {
		return role.Rules
	}
	return nil
}

func ruleAllows(rule rbac.PolicyRule, wanted authorizer.Attributes) bool {
	if !has(rule.Verbs, wanted.GetVerb()) {
		return false
	}
	if !wanted.IsResourceRequest() {
		return slices.ContainsFunc(rule.NonResourceURLs, func(path string) bool {
			return path == wanted.GetPath() || strings.HasSuffix(path, "*") && strings.HasPrefix(wanted.GetPath(), strings.TrimSuffix(path, "*"))
		})
	}
	resource := wanted.GetResource()
	if below := wanted.GetSubresource(); below != "" {
		resource += "/" + below
		if slices.Contains(rule.Resources, "*/"+below) {
			resource = "*/" + below
		}
	}
	return has(rule.APIGroups, wanted.GetAPIGroup()) && has(rule.Resources, resource) && (len(rule.ResourceNames) == 0 || slices.Contains(rule.ResourceNames, wanted.GetName()))
}

func has(words []string, word string) bool {
	return slices.Contains(words, "*") || slices.Contains(words, word)
}

func binds(subjects []rbac.Subject, who user.Info, namespace string) bool {
	return slices.ContainsFunc(subjects, func(subject rbac.Subject) bool {
		switch subject.Kind {
		case rbac.UserKind:
			return subject.Name == who.GetName()
		case rbac.GroupKind:
			return slices.Contains(who.GetGroups(), subject.Name)
		default:
			within := subject.Namespace
			if within == "" {
				within = namespace
			}
			return who.GetName() == "system:serviceaccount:"+within+":"+subject.Name
		}
	})
}

// A question that is answered and not kept.
type review struct {
	kind
	authorizer authorizer.Authorizer
}

func (r review) New() runtime.Object     { return r.object.DeepCopyObject() }
func (r review) Destroy()                {}
func (r review) NamespaceScoped() bool   { return false }
func (r review) GetSingularName() string { return r.singular() }

func (r review) Create(ctx context.Context, object runtime.Object, _ rest.ValidateObjectFunc, _ *metav1.CreateOptions) (runtime.Object, error) {
	me, _ := request.UserFrom(ctx)
	switch asked := object.(type) {
	case *authorization.SubjectAccessReview:
		who := &user.DefaultInfo{Name: asked.Spec.User, Groups: asked.Spec.Groups}
		asked.Status.Allowed = r.may(ctx, who, asked.Spec.ResourceAttributes, asked.Spec.NonResourceAttributes)
	case *authorization.SelfSubjectAccessReview:
		asked.Status.Allowed = r.may(ctx, me, asked.Spec.ResourceAttributes, asked.Spec.NonResourceAttributes)
	case *authentication.SelfSubjectReview:
		asked.Status.UserInfo = authentication.UserInfo{Username: me.GetName(), UID: me.GetUID(), Groups: me.GetGroups()}
	}
	return object, nil
}

func (r review) may(ctx context.Context, who user.Info, resource *authorization.ResourceAttributes, path *authorization.NonResourceAttributes) bool {
	wanted := authorizer.AttributesRecord{User: who}
	if resource != nil {
		wanted = authorizer.AttributesRecord{User: who, Verb: resource.Verb, Namespace: resource.Namespace, APIGroup: resource.Group, APIVersion: "*", Resource: resource.Resource, Subresource: resource.Subresource, Name: resource.Name, ResourceRequest: true}
	} else if path != nil {
		wanted.Verb, wanted.Path = path.Verb, path.Path
	}
	decision, _, _ := r.authorizer.Authorize(ctx, wanted)
	return decision == authorizer.DecisionAllow
}
