using Slipway.Resources;
using Slipway.Sandbox.ApiServer.Access;
using Slipway.Sandbox.ApiServer.Kinds;
using Slipway.Sandbox.Faults;

namespace Slipway.Sandbox.ApiServer;

/// <summary>Answers requests: finds what a path means, and turns refusals into Status objects.</summary>
public sealed class ApiRequests(Objects objects, TimeProvider time, FaultSwitch faults, string version, Accounts accounts, AccessCheck access)
{
    readonly ResourceRequests _resources = new(objects, time, access);
    readonly ScaleRequests _scale = new(objects);
    readonly PodRequests _pods = new(objects, time);
    readonly AccessReviews _reviews = new(objects, time, access, accounts);
    readonly FaultRequests _faults = new(faults);
    readonly ApiDocuments _documents = new(objects.Kinds, version);
    int _openWatches;

    /// <summary>Watches that clients hold open now.</summary>
    public int OpenWatches => Volatile.Read(ref _openWatches);

    /// <summary>Answers at once; delays that faults ask for are left out.</summary>
    public ApiResponse Handle(ApiRequest request) => Refusable(() => Finish(Begin(request)));

    /// <summary>Answers, after the delay that faults ask for.</summary>
    public async ValueTask<ApiResponse> HandleAsync(ApiRequest request, CancellationToken cancellation)
    {
        Begun begun;
        await accounts.PrepareAsync(request.Credentials, cancellation);
        try
        {
            begun = Begin(request);
        }
        catch (StatusException refusal)
        {
            return Refused(refusal);
        }

        if (begun.Plan.Delay > TimeSpan.Zero) await Task.Delay(begun.Plan.Delay, time, cancellation);
        return Refusable(() => Finish(begun));
    }

    Begun Begin(ApiRequest request)
    {
        request = request with { User = access.Authenticate(request.Credentials) };
        var path = ResourcePath.Parse(request.Path);
        var wanted = AccessAttributes.Of(request, path);
        // Whether a kind is served is told only to those who might use it.
        access.Require(request.User, wanted);
        var target = path is null ? null : Target(request, path);
        var call = new ApiCall(request.Method, request.Path, target?.Kind.Type.Plural, request.UserAgent)
        {
            Verb = wanted.Verb,
            Kind = target?.Kind,
            Namespace = target?.Namespace ?? "",
            Name = target?.Name ?? "",
            Subresource = target?.Subresource ?? "",
            User = request.User.Name,
        };
        var isSwitch = request.Path.StartsWith("/sandbox/", StringComparison.Ordinal);
        return new(request, target, call, isSwitch ? FaultPlan.None : faults.Befall(call));
    }

    ApiResponse Finish(Begun begun)
    {
        var (request, target, call, plan) = begun;
        plan.Before(faults);
        var response = target is null
            ? _faults.Answer(request) ?? _documents.Answer(request) ?? throw StatusException.NotServed()
            : plan.StaleVersion is { } version && request.Method == "GET" && call.Verb is "get" or "list" && target.Subresource is null or "status" ? AnswerAsOf(version, request, target)
            : Answer(request, target);
        plan.After();
        return response is ApiResponse.Stream stream && call.Verb == "watch"
            ? stream with { Open = sink => new OpenWatch(this, faults.Tap(call, sink).Over(stream.Open)) }
            : response;
    }

    /// <summary>As an API server answers whose cache has not got beyond a version.</summary>
    ApiResponse AnswerAsOf(long version, ApiRequest request, ApiTarget target) =>
        new ResourceRequests(new(objects.Store.AsOf(version, target.Type), objects.Kinds, time, seed: 0), time, access).Answer(request, target);

    static ApiResponse Refusable(Func<ApiResponse> answer)
    {
        try
        {
            return answer();
        }
        catch (StatusException refusal)
        {
            return Refused(refusal);
        }
    }

    static ApiResponse Refused(StatusException refusal) => ApiResponse.Json(refusal.Code, refusal.ToStatus()) with { RetryAfter = refusal.Details?["retryAfterSeconds"].Number() };

    /// <summary>A request that may be carried out, and what is to go wrong with it.</summary>
    sealed record Begun(ApiRequest Request, ApiTarget? Target, ApiCall Call, FaultPlan Plan);

    sealed class OpenWatch : IDisposable
    {
        readonly ApiRequests _requests;
        IDisposable? _watch;

        public OpenWatch(ApiRequests requests, IDisposable watch)
        {
            (_requests, _watch) = (requests, watch);
            Interlocked.Increment(ref requests._openWatches);
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _watch, null) is not { } watch) return;
            Interlocked.Decrement(ref _requests._openWatches);
            watch.Dispose();
        }
    }

    ApiResponse Answer(ApiRequest request, ApiTarget target) => target switch
    {
        { Kind.IsReview: true } => _reviews.Answer(request, target, request.User),
        { Kind.Type: { Group: "", Plural: "serviceaccounts" }, Subresource: "token" } when request.Method == "POST" => _reviews.IssueToken(request, target),
        { Kind.Type: { Group: "", Plural: "pods" }, Subresource: "eviction" or "binding" or "log" or "exec" } => _pods.Answer(request, target),
        { Kind.Type.Plural: "namespaces", Subresource: "finalize" } => _resources.Answer(request, target),
        { Subresource: null } or { Subresource: "status", Kind.HasStatus: true } => _resources.Answer(request, target),
        { Subresource: "scale", Kind.Scale: not null } => _scale.Answer(request, target),
        _ => throw StatusException.NotServed(),
    };

    ApiTarget Target(ApiRequest request, ResourcePath path)
    {
        var kind = objects.Kinds.Find(path.Group, path.Version, path.Plural) ?? throw StatusException.NotServed();
        var isWithin = path.Namespace.Length > 0;
        if (!path.IsWhole || isWithin && !kind.Type.Namespaced || (path.Name is not null && !isWithin && kind.Type.Namespaced)) throw StatusException.NotServed();
        if (request.Method == "POST" && path.Name is null && !isWithin && kind.Type.Namespaced) throw StatusException.NotAllowed();
        return new(kind, path.Namespace, path.Name, path.Subresource) { IsWatch = path.IsWatch };
    }
}

/// <summary>What a path names.</summary>
public sealed record ApiTarget(ServedKind Kind, string Namespace, string? Name, string? Subresource)
{
    public ResourceType Type => Kind.Type;

    /// <summary>The older form of a watch, with /watch/ in the path.</summary>
    public bool IsWatch { get; init; }

    public ObjectKey Key => new(Type.Namespaced ? Namespace : "", Name ?? "");
}
