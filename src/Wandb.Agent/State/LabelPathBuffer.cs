using System.Text;

namespace Wandb.Agent.State;

/// <summary>Makes paths from strings in memory that is used again: a path is good until the next one is made. Not for two threads.</summary>
internal sealed class LabelPathBuffer
{
    private byte[] bytes = new byte[256];
    private Range[] ranges = new Range[8];

    public LabelPath Of(params ReadOnlySpan<string> labels)
    {
        var end = 0;
        for (var level = 0; level < labels.Length; level++)
        {
            end = Put(labels[level], level, end);
        }

        return new LabelPath(bytes, ranges.AsSpan(0, labels.Length));
    }

    private int Put(string label, int level, int start)
    {
        var most = start + Encoding.UTF8.GetMaxByteCount(label.Length);
        if (most > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(most, bytes.Length * 2));
        }

        if (level == ranges.Length)
        {
            Array.Resize(ref ranges, ranges.Length * 2);
        }

        var end = start + Encoding.UTF8.GetBytes(label, bytes.AsSpan(start));
        ranges[level] = start..end;
        return end;
    }
}
