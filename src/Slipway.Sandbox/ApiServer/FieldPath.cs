using System.Text;

namespace Slipway.Sandbox.ApiServer;

/// <summary>Where in an object one is; written out only where something is wrong there.</summary>
sealed class FieldPath
{
    readonly FieldPath? _above;
    readonly string? _name;
    readonly int _index;

    public FieldPath(string name) => _name = name;

    FieldPath(FieldPath above, string? name, int index) => (_above, _name, _index) = (above, name, index);

    public FieldPath Of(string name) => new(this, name, 0);

    public FieldPath At(int index) => new(this, null, index);

    /// <summary>Such as <c>spec.ports[0].name</c>.</summary>
    public override string ToString() => Write(new()).ToString();

    StringBuilder Write(StringBuilder text)
    {
        _above?.Write(text);
        if (_name is null) return text.Append('[').Append(_index).Append(']');
        return (_above is null ? text : text.Append('.')).Append(_name);
    }
}
