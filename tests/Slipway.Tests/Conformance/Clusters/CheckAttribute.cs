using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Slipway.Tests.Conformance.Clusters;

/// <summary>One sentence about Kubernetes, held against the sandbox and, where SLIPWAY_TEST_KUBECONFIG names one, a real cluster.</summary>
[XunitTestCaseDiscoverer(typeof(TheoryDiscoverer))]
[AttributeUsage(AttributeTargets.Method)]
public sealed class CheckAttribute : DataAttribute, ITheoryAttribute
{
    public string? DisplayName => null;

    // The data's own values are unset; the test's are plain.
    bool IFactAttribute.Explicit => false;

    int IFactAttribute.Timeout => 0;

    public bool DisableDiscoveryEnumeration => true;

    public bool IncludeTestCaseIndex => false;

    public bool SkipTestWithoutData => false;

    public Type[]? SkipExceptions => null;

    public string? SourceFilePath => null;

    public int? SourceLineNumber => null;

    public override async ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        var (area, check) = (testMethod.DeclaringType!, ConformanceRun.Sentence(testMethod.Name));
        var needs = testMethod.GetCustomAttribute<NeedsAttribute>() ?? area.GetCustomAttribute<NeedsAttribute>();
        var rows = new List<ITheoryDataRow>();
        foreach (var target in ConformanceRun.Targets)
        {
            var reason = needs is null ? null : await target.LacksAsync(needs.Part);
            if (reason is not null) ConformanceRun.Note(ConformanceRun.Sentence(area.Name), check, target.Name, "Skipped");
            rows.Add(new TheoryDataRow(new Cluster(target, area.Name)) { TestDisplayName = check, Skip = reason });
        }

        return rows;
    }

    public override bool SupportsDiscoveryEnumeration() => false;
}
