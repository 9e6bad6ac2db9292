// An API server of Kubernetes' own libraries: storage, watches, patches, server-side apply, custom resources with their CEL rules,
// admission policies. It takes what kube-apiserver would take of definitions and policies, which is what it is here for.
package main

import (
	"context"
	"flag"
	"net"
	"os"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver"
	"k8s.io/apiextensions-apiserver/pkg/cmd/server/options"
	customs "k8s.io/apiextensions-apiserver/pkg/generated/openapi"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/initializer"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/authentication/group"
	"k8s.io/apiserver/pkg/authentication/request/anonymous"
	"k8s.io/apiserver/pkg/authentication/request/bearertoken"
	"k8s.io/apiserver/pkg/authentication/request/union"
	"k8s.io/apiserver/pkg/authentication/token/tokenfile"
	"k8s.io/apiserver/pkg/endpoints/openapi"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/server"
	serveroptions "k8s.io/apiserver/pkg/server/options"
	"k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/restmapper"
	"k8s.io/kube-openapi/pkg/common"

	builtins "realserver/openapi"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	etcd := flag.String("etcd", "http://127.0.0.1:23791", "where etcd listens")
	port := flag.Int("port", 36443, "port to serve on")
	tokens := flag.String("tokens", "tokens.csv", "token,user,uid,\"groups\", one a line")
	certificates := flag.String("certificates", "certificates", "where its own certificate is kept")
	flag.Parse()
	ctx := server.SetupSignalContext()

	flags := options.NewCustomResourceDefinitionsServerOptions(os.Stdout, os.Stderr)
	must(flags.Complete())
	recommended := flags.RecommendedOptions
	recommended.Etcd.StorageConfig.Transport.ServerList = []string{*etcd}
	recommended.SecureServing.BindAddress = net.IPv4(127, 0, 0, 1)
	recommended.SecureServing.BindPort = *port
	recommended.SecureServing.ServerCert.CertDirectory = *certificates
	must(recommended.SecureServing.MaybeDefaultWithSelfSignedCerts("localhost", nil, nil))

	people, err := tokenfile.NewCSV(*tokens)
	must(err)
	access := &roles{}
	custom := config(flags, apiserver.Codecs, people, access)
	must(recommended.SecureServing.ApplyTo(&custom.SecureServing, &custom.LoopbackClientConfig))
	must(recommended.Etcd.ApplyTo(&custom.Config))
	must(flags.APIEnablement.ApplyTo(&custom.Config, apiserver.DefaultAPIResourceConfigSource(), apiserver.Scheme))

	own := config(flags, codecs, people, access)
	own.LoopbackClientConfig, own.SecureServing = custom.LoopbackClientConfig, custom.SecureServing
	kept := serveroptions.NewEtcdOptions(&recommended.Etcd.StorageConfig)
	kept.StorageConfig.Prefix = "/registry"
	kept.StorageConfig.Codec = codecs.LegacyCodec(versions()...)
	must(kept.ApplyTo(&own.Config))

	client := kubernetes.NewForConfigOrDie(custom.LoopbackClientConfig)
	known := informers.NewSharedInformerFactory(client, 10*time.Minute)
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(discovery.NewDiscoveryClientForConfigOrDie(custom.LoopbackClientConfig)))
	custom.AdmissionControl = policies(ctx, flags, custom, client, known, access, mapper)
	own.AdmissionControl = custom.AdmissionControl
	follow(known)
	access.informers = known

	builtIn, err := own.Complete().New("built-in", server.NewEmptyDelegate())
	must(err)
	install(builtIn, own, access)
	definitions := &apiserver.Config{GenericConfig: custom, ExtraConfig: apiserver.ExtraConfig{CRDRESTOptionsGetter: options.NewCRDRESTOptionsGetter(*recommended.Etcd, nil, custom.StorageObjectCountTracker)}}
	whole, err := definitions.Complete().New(builtIn)
	must(err)
	whole.GenericAPIServer.AddPostStartHookOrDie("namespaces", func(hook server.PostStartHookContext) error {
		known.Start(hook.Done())
		go furnish(hook, client, mapper.Reset)
		return nil
	})
	must(whole.GenericAPIServer.PrepareRun().RunWithContext(ctx))
}

func versions() []schema.GroupVersion {
	var all []schema.GroupVersion
	for _, k := range kinds {
		all = append(all, k.version)
	}
	return all
}

func install(to *server.GenericAPIServer, config *server.RecommendedConfig, access *roles) {
	groups := map[string]*server.APIGroupInfo{}
	for _, k := range kinds {
		if groups[k.version.Group] == nil {
			info := server.NewDefaultAPIGroupInfo(k.version.Group, scheme, metav1.ParameterCodec, codecs)
			info.PrioritizedVersions = []schema.GroupVersion{k.version}
			info.VersionedResourcesStorageMap[k.version.Version] = map[string]rest.Storage{}
			groups[k.version.Group] = &info
		}
		served := groups[k.version.Group].VersionedResourcesStorageMap[k.version.Version]
		if k.list == nil {
			served[k.plural] = review{k, access}
			continue
		}
		for path, storage := range k.storage(config.RESTOptionsGetter) {
			served[path] = storage
		}
	}
	for name, info := range groups {
		if name == "" {
			must(to.InstallLegacyAPIGroup(server.DefaultLegacyAPIPrefix, info))
		} else {
			must(to.InstallAPIGroup(info))
		}
	}
}

// The admission policies of the cluster, evaluated as kube-apiserver does.
func policies(ctx context.Context, flags *options.CustomResourceDefinitionsServerOptions, config *server.RecommendedConfig, client kubernetes.Interface, known informers.SharedInformerFactory, access *roles, mapper *restmapper.DeferredDiscoveryRESTMapper) admission.Interface {
	changing, err := mutating.NewPlugin(nil)
	must(err)
	checking, err := validating.NewPlugin(nil)
	must(err)
	give := initializer.New(client, dynamic.NewForConfigOrDie(config.LoopbackClientConfig), known, access, feature.DefaultFeatureGate, flags.ServerRunOptions.ComponentGlobalsRegistry.EffectiveVersionFor("kube"), ctx.Done(), mapper)
	give.Initialize(changing)
	give.Initialize(checking)
	must(changing.ValidateInitialization())
	must(checking.ValidateInitialization())
	return admission.NewChainHandler(changing, checking)
}

func follow(known informers.SharedInformerFactory) {
	known.Core().V1().Namespaces().Informer()
	known.Rbac().V1().Roles().Informer()
	known.Rbac().V1().RoleBindings().Informer()
	known.Rbac().V1().ClusterRoles().Informer()
	known.Rbac().V1().ClusterRoleBindings().Informer()
}

// Gives namespaces the label of their name, by which bindings of policies select them; nothing else does so here.
func furnish(ctx context.Context, client kubernetes.Interface, each func()) {
	for ctx.Err() == nil {
		found, err := client.CoreV1().Namespaces().List(ctx, metav1.ListOptions{})
		if err == nil {
			for _, namespace := range found.Items {
				if namespace.Labels[core.LabelMetadataName] == "" {
					metav1.SetMetaDataLabel(&namespace.ObjectMeta, core.LabelMetadataName, namespace.Name)
					_, _ = client.CoreV1().Namespaces().Update(ctx, &namespace, metav1.UpdateOptions{})
				}
			}
		}
		each()
		time.Sleep(300 * time.Millisecond)
	}
}

func config(flags *options.CustomResourceDefinitionsServerOptions, codecs serializer.CodecFactory, people *tokenfile.TokenAuthenticator, access *roles) *server.RecommendedConfig {
	made := server.NewRecommendedConfig(codecs)
	must(flags.ServerRunOptions.ApplyTo(&made.Config))
	made.SharedInformerFactory = informers.NewSharedInformerFactory(nil, 0)
	schemas := func(ref common.ReferenceCallback) map[string]common.OpenAPIDefinition {
		all := customs.GetOpenAPIDefinitions(ref)
		for name, definition := range builtins.GetOpenAPIDefinitions(ref) {
			all[name] = definition
		}
		return all
	}
	namer := openapi.NewDefinitionNamer(scheme, apiserver.Scheme, clientscheme.Scheme)
	made.OpenAPIConfig = server.DefaultOpenAPIConfig(schemas, namer)
	made.OpenAPIV3Config = server.DefaultOpenAPIV3Config(schemas, namer)
	made.Authentication.Authenticator = group.NewAuthenticatedGroupAdder(union.New(bearertoken.New(people), anonymous.NewAuthenticator(nil)))
	made.Authorization.Authorizer = access
	return made
}
