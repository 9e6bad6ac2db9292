using System.Text;

namespace Slipway.Sandbox.ApiServer;

/// <summary>Where in an object a walk is; written out only where something is wrong there.</summary>
sealed class FieldPath
{
    readonly List<(string? Name, int Index)> _steps = [];

    public bool IsTop => _steps.Count == 0;

    public void Enter(string name) => _steps.Add((name, 0));

    public void Enter(int index) => _steps.Add((null, index));

    public void Leave() => _steps.RemoveAt(_steps.Count - 1);

    /// <summary>Such as <c>spec.ports[0].name</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, index) in _steps)
        {
            if (name is null) text.Append('[').Append(index).Append(']');
            else text.Append(text.Length == 0 ? "" : ".").Append(name);
        }

        return text.ToString();
    }

    /// <summary>What is called so where the walk is.</summary>
    public string Of(string name) => IsTop ? name : $"{this}.{name}";
}
