namespace Slipway.Sandbox.ApiServer;

/// <summary>Generated names and UIDs, from a seed, so that the same run gives the same ones.</summary>
sealed class ObjectNames(int seed)
{
    /// <summary>Letters and digits that form no words (k8s.io/apimachinery, util/rand).</summary>
    const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    readonly Random _chance = new(seed);

    /// <summary>The prefix, cut to leave room, and five characters.</summary>
    public string Generate(string prefix)
    {
        Span<char> suffix = stackalloc char[5];
        for (var i = 0; i < suffix.Length; i++) suffix[i] = Alphabet[_chance.Next(Alphabet.Length)];
        return string.Concat(prefix.AsSpan(0, Math.Min(prefix.Length, 58)), suffix);
    }

    /// <summary>A version 4 UUID.</summary>
    public string Uid()
    {
        Span<byte> bytes = stackalloc byte[16];
        _chance.NextBytes(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
