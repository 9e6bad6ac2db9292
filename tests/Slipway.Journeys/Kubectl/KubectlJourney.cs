using System.Diagnostics;
using Xunit;

namespace Slipway.Journeys.Kubectl;

/// <summary>One journey through what people do with kubectl, the same for every version of it.</summary>
public abstract class KubectlJourney(KubectlSandbox sandbox)
{
    /// <summary>Until this minor version <c>auth whoami</c> asks an API that never left beta.</summary>
    const int FirstWithWhoami = 28;

    const string Web = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: web, labels: { app: web } }
        spec:
          replicas: 2
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec:
              containers:
              - name: app
                image: web:1
                env: [{ name: GREETING, value: hello }, { name: POD, valueFrom: { fieldRef: { fieldPath: metadata.name } } }]
        """;

    protected async Task RunAsync(string version)
    {
        KubectlBinary.SkipWithout(version);
        var kubectl = sandbox.Kubectl(version);
        var minor = int.Parse(version.Split('.')[1]);
        var ns = $"v{minor}";

        await CreateAsync(kubectl, ns);
        await ApplyAsync(kubectl, ns);
        await ChangeAsync(kubectl, ns);
        await RollOutAsync(kubectl, ns);
        await LookAsync(kubectl, ns);
        await SpeakAsync(kubectl, ns);
        await AuthorizeAsync(kubectl, ns, withWhoami: minor >= FirstWithWhoami);
        await DrainAsync(kubectl, ns);
        await DeleteAsync(kubectl, ns);
    }

    static async Task CreateAsync(KubectlBinary kubectl, string ns)
    {
        Assert.Equal($"namespace/{ns} created\n", await kubectl.RunAsync($"create namespace {ns}"));
        Assert.Equal("configmap/settings created\n", await kubectl.RunAsync($"-n {ns} create configmap settings --from-literal=colour=blue"));
        Assert.Equal("secret/key created\n", await kubectl.RunAsync($"-n {ns} create secret generic key --from-literal=word=swordfish"));
        Assert.Equal("deployment.apps/early created\n", await kubectl.RunAsync($"-n {ns} create deployment early --image=web:1 --replicas=1"));
        Assert.Equal("service/web created\n", await kubectl.RunAsync($"-n {ns} create service clusterip web --tcp=80:8080"));
        Assert.Equal("serviceaccount/robot created\n", await kubectl.RunAsync($"-n {ns} create serviceaccount robot"));
        Assert.Equal("role.rbac.authorization.k8s.io/reader created\n", await kubectl.RunAsync($"-n {ns} create role reader --verb=get --resource=pods"));
        Assert.Equal("rolebinding.rbac.authorization.k8s.io/robot created\n", await kubectl.RunAsync($"-n {ns} create rolebinding robot --role=reader --serviceaccount={ns}:robot"));
        Assert.Equal("poddisruptionbudget.policy/web created\n", await kubectl.RunAsync($"-n {ns} create poddisruptionbudget web --selector=app=web --max-unavailable=50%"));

        Assert.Equal("blue c3dvcmRmaXNo 8080 50% get", string.Join(' ',
            await kubectl.RunAsync($"-n {ns} get configmap settings -o jsonpath={{.data.colour}}"),
            await kubectl.RunAsync($"-n {ns} get secret key -o jsonpath={{.data.word}}"),
            await kubectl.RunAsync($"-n {ns} get service web -o jsonpath={{.spec.ports[0].targetPort}}"),
            await kubectl.RunAsync($"-n {ns} get pdb web -o jsonpath={{.spec.maxUnavailable}}"),
            await kubectl.RunAsync($"-n {ns} get role reader -o jsonpath={{.rules[0].verbs[0]}}")));
        var again = await kubectl.TryAsync($"create namespace {ns}");
        Assert.Equal(1, again.Code);
        Assert.Contains($"namespaces \"{ns}\" already exists", again.Error);
    }

    async Task ApplyAsync(KubectlBinary kubectl, string ns)
    {
        var (first, second) = (sandbox.Manifest($"{ns}-1", Web), sandbox.Manifest($"{ns}-2", Web.Replace("value: hello", "value: welcome")));

        Assert.Equal("deployment.apps/web created\n", await kubectl.RunAsync($"-n {ns} apply -f {first}"));
        Assert.Equal("deployment.apps/web unchanged\n", await kubectl.RunAsync($"-n {ns} apply -f {first}"));
        Assert.Equal("deployment.apps/web configured\n", await kubectl.RunAsync($"-n {ns} apply -f {second}"));
        Assert.Equal("deployment.apps/web serverside-applied\n", await kubectl.RunAsync($"-n {ns} apply --server-side --force-conflicts -f {first}"));
        var conflict = await kubectl.TryAsync($"-n {ns} apply --server-side --field-manager=other -f {second}");
        Assert.Equal(1, conflict.Code);
        Assert.Contains("conflict with \"kubectl\"", conflict.Error);
        Assert.Equal("hello", await kubectl.RunAsync($"-n {ns} get deployment web -o jsonpath={{.spec.template.spec.containers[0].env[0].value}}"));
    }

    static async Task ChangeAsync(KubectlBinary kubectl, string ns)
    {
        await kubectl.RunAsync($"-n {ns} patch deployment web -p '{{\"spec\":{{\"template\":{{\"spec\":{{\"containers\":[{{\"name\":\"app\",\"tty\":true}}]}}}}}}}}'");
        await kubectl.RunAsync($"-n {ns} patch configmap settings --type merge -p '{{\"data\":{{\"size\":\"small\"}}}}'");
        await kubectl.RunAsync($"-n {ns} patch configmap settings --type json -p '[{{\"op\":\"replace\",\"path\":\"/data/colour\",\"value\":\"red\"}}]'");
        await kubectl.RunAsync($"-n {ns} label deployment web tier=front");
        await kubectl.RunAsync($"-n {ns} annotate deployment web owner=shop");
        await kubectl.RunAsync($"-n {ns} scale deployment web --replicas=3 --current-replicas=2");

        Assert.Equal("web:1 true 3 front shop", await kubectl.RunAsync(
            $"-n {ns} get deployment web -o 'jsonpath={{.spec.template.spec.containers[0].image}} {{.spec.template.spec.containers[0].tty}} {{.spec.replicas}} {{.metadata.labels.tier}} {{.metadata.annotations.owner}}'"));
        Assert.Equal("red small", await kubectl.RunAsync($"-n {ns} get configmap settings -o 'jsonpath={{.data.colour}} {{.data.size}}'"));
    }

    static async Task RollOutAsync(KubectlBinary kubectl, string ns)
    {
        Assert.Contains("successfully rolled out", await kubectl.RunAsync($"-n {ns} rollout status deployment web --timeout=50s"));
        await kubectl.RunAsync($"-n {ns} set image deployment web app=web:2");
        Assert.Contains("successfully rolled out", await kubectl.RunAsync($"-n {ns} rollout status deployment web --timeout=50s"));
        Assert.Equal("deployment.apps/web rolled back\n", await kubectl.RunAsync($"-n {ns} rollout undo deployment web"));
        Assert.Equal("deployment.apps/web restarted\n", await kubectl.RunAsync($"-n {ns} rollout restart deployment web"));
        Assert.Contains("successfully rolled out", await kubectl.RunAsync($"-n {ns} rollout status deployment web --timeout=50s"));
        Assert.Contains("condition met", await kubectl.RunAsync($"-n {ns} wait pod -l app=web --for=condition=Ready --timeout=50s"));

        Assert.Equal("web:1 web:1 web:1", await kubectl.RunAsync($"-n {ns} get pods -l app=web -o jsonpath={{.items[*].spec.containers[0].image}}"));
    }

    static async Task LookAsync(KubectlBinary kubectl, string ns)
    {
        using (var watch = kubectl.Start($"-n {ns} get services -w --no-headers"))
        {
            Assert.StartsWith("web", await NextAsync(watch));
            await kubectl.RunAsync($"-n {ns} create service clusterip later --tcp=80");
            Assert.StartsWith("later", await NextAsync(watch));
            await EndAsync(watch);
        }

        Assert.Contains("READY", await kubectl.RunAsync($"-n {ns} get deployment,pods -o wide"));
        Assert.Contains("3 desired | 3 updated | 3 total", await kubectl.RunAsync($"-n {ns} describe deployment web"));
        Assert.Contains("KIND:       Pod", await kubectl.RunAsync("explain pods"));
        Assert.Contains("fieldPath", await kubectl.RunAsync("explain deployments.spec.template.spec.containers.env.valueFrom.fieldRef"));
        Assert.Contains("Scaled up replica set web-", await kubectl.RunAsync($"-n {ns} events --for deployment/web"));
        Assert.Matches("Normal +Started +pod/web-[^ ]+ +Started container app", await kubectl.RunAsync($"-n {ns} get events"));
        Assert.Matches("Normal +Scheduled +[^ ]+ +default-scheduler +Successfully assigned", await kubectl.RunAsync($"-n {ns} describe pods -l app=web"));
        var top = await kubectl.TryAsync("top nodes");
        Assert.Equal(1, top.Code);
        Assert.Contains("Metrics API not available", top.Error);
    }

    static async Task SpeakAsync(KubectlBinary kubectl, string ns)
    {
        var pod = (await kubectl.RunAsync($"-n {ns} get pods -l app=web -o jsonpath={{.items[0].metadata.name}}")).Trim();
        Assert.Equal($"{pod} app serves\n", await kubectl.RunAsync($"-n {ns} logs {pod} --tail=1"));
        using (var follow = kubectl.Start($"-n {ns} logs -f {pod}"))
        {
            Assert.Equal($"{pod} app started (restart 0)", await NextAsync(follow));
            await EndAsync(follow);
        }

        Assert.Equal("hello there\n", await kubectl.RunAsync($"-n {ns} exec {pod} -- echo hello there"));
        Assert.Contains($"GREETING=hello\nPOD={pod}\n", await kubectl.RunAsync($"-n {ns} exec {pod} -- env"));
        Assert.Equal("typed in", await kubectl.RunAsync($"-n {ns} exec -i {pod} -- cat", input: "typed in"));
        Assert.Equal(7, (await kubectl.TryAsync($"-n {ns} exec {pod} -- sh -c 'exit 7'")).Code);
        var copy = await kubectl.TryAsync($"-n {ns} cp {pod}:/etc/hosts /tmp/never");
        Assert.Equal(1, copy.Code);
        Assert.Contains("\"tar\": executable file not found", copy.Error);
    }

    static async Task AuthorizeAsync(KubectlBinary kubectl, string ns, bool withWhoami)
    {
        Assert.Equal("yes\n", await kubectl.RunAsync($"-n {ns} auth can-i delete pods"));
        Assert.NotEqual("", (await kubectl.RunAsync($"-n {ns} create token robot")).Trim());
        if (withWhoami) Assert.Contains("slipway-sandbox-admin", await kubectl.RunAsync("auth whoami"));
    }

    static async Task DrainAsync(KubectlBinary kubectl, string ns)
    {
        Assert.Equal("node/node-1 cordoned\n", await kubectl.RunAsync("cordon node-1"));
        Assert.Equal("true", await kubectl.RunAsync("get node node-1 -o jsonpath={.spec.unschedulable}"));
        Assert.Contains("node/node-1 drained", await kubectl.RunAsync("drain node-1 --ignore-daemonsets --timeout=50s"));
        Assert.Equal("", await kubectl.RunAsync($"-n {ns} get pods --field-selector=spec.nodeName=node-1 -o name"));
        Assert.Equal("node/node-1 uncordoned\n", await kubectl.RunAsync("uncordon node-1"));
    }

    static async Task DeleteAsync(KubectlBinary kubectl, string ns)
    {
        await kubectl.RunAsync($"-n {ns} delete deployment early --cascade=orphan");
        Assert.NotEqual("", await kubectl.RunAsync($"-n {ns} get replicasets -l app=early -o name"));
        await kubectl.RunAsync($"-n {ns} delete replicaset -l app=early --cascade=background");
        await kubectl.RunAsync($"-n {ns} wait pod -l app=early --for=delete --timeout=50s");
        await kubectl.RunAsync($"-n {ns} delete deployment web --cascade=foreground");
        Assert.Equal("", await kubectl.RunAsync($"-n {ns} get replicasets,pods -l app=web -o name"));
        Assert.Equal($"namespace \"{ns}\" deleted\n", await kubectl.RunAsync($"delete namespace {ns}"));
    }

    static async Task<string> NextAsync(Process process)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        return await process.StandardOutput.ReadLineAsync(patience.Token) ?? "";
    }

    static async Task EndAsync(Process process)
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
