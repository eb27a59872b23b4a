using System.Text.Json;
using Wandb.Agent.Streaming;

namespace Wandb.Agent.Records;

/// <summary>One path of a history or summary item, for example <c>loss</c> or <c>train › loss</c>, with what is needed to print it fast.</summary>
internal sealed class ItemPath
{
    public ItemPath(string[] labels)
    {
        Labels = labels;
        JsonLabels = [.. labels.Select(Encode)];
        var escaped = new LineBuffer(64);
        escaped.AppendEscaped(JsonLabels[^1]);
        EscapedLastLabel = escaped.WrittenSpan.ToArray();
        IsFlat = labels.Length == 1;
        JsonBytes = JsonLabels[0].Length;
    }

    /// <summary>The path of what cannot be named. Not flat, so that the fast way through a row need not ask for it.</summary>
    public static ItemPath Unusable() => new([""]) { IsUnusable = true, IsFlat = false };

    /// <summary>At least one; labels may be empty and may contain dots.</summary>
    public string[] Labels { get; }

    /// <summary>Each label as JSON with its colon: <c>"loss":</c>.</summary>
    public byte[][] JsonLabels { get; }

    /// <summary>The last label with its colon as it stands inside a line of a request body: <c>\"loss\":</c>.</summary>
    public byte[] EscapedLastLabel { get; }

    public bool IsFlat { get; private init; }

    /// <summary>Stands for all paths with a label that is no UTF-8: what they name cannot be sent, and must not pass for another name.</summary>
    public bool IsUnusable { get; private init; }

    /// <summary>Bytes of the first label as JSON with its colon.</summary>
    public int JsonBytes { get; }

    /// <summary>Other paths that cannot be leaves together with this one; null when there are none, which is nearly always.</summary>
    public List<int>? Exclusions { get; set; }

    /// <summary>Whether one of the two paths leads through the other, so that they cannot both be leaves.</summary>
    public bool Excludes(ItemPath other) =>
        Labels.Length != other.Labels.Length && IsPrefix(Labels, other.Labels);

    public bool IsBelow(ItemPath ancestor) => Labels.Length > ancestor.Labels.Length && IsPrefix(Labels, ancestor.Labels);

    /// <summary>Orders paths so that the members of each object stand together.</summary>
    public static int Compare(ItemPath a, ItemPath b)
    {
        for (var i = 0; i < Math.Min(a.Labels.Length, b.Labels.Length); i++)
        {
            var order = string.CompareOrdinal(a.Labels[i], b.Labels[i]);
            if (order != 0)
                return order;
        }
        return a.Labels.Length - b.Labels.Length;
    }

    private static bool IsPrefix(string[] a, string[] b)
    {
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            if (!string.Equals(a[i], b[i], StringComparison.Ordinal))
                return false;
        }
        return true;
    }

    private static byte[] Encode(string label) =>
        [(byte)'"', .. JsonEncodedText.Encode(label, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"', (byte)':'];
}
