using System.Globalization;
using Wandb.Agent.State;

namespace Wandb.Agent.Streaming;

/// <summary>Reads the step of a row.</summary>
internal static class RowStep
{
    /// <param name="line">A line of the history as the server keeps it.</param>
    /// <returns>Null when it has no whole-numbered <c>_step</c>, or is no JSON.</returns>
    public static long? Of(ReadOnlySpan<byte> line)
    {
        if (!ValueJson.IsValid(line))
            return null;
        var reader = new ValueReader(line);
        if (reader.Read() != ValueToken.ObjectStart)
            return null;
        while (reader.Read() == ValueToken.Name)
        {
            var isStep = reader.Raw.SequenceEqual("_step"u8);
            var value = reader.ReadValue();
            if (isStep)
                return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var step) ? step : null;
        }
        return null;
    }
}
