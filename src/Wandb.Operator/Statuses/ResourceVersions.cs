using System.Globalization;

namespace Wandb.Operator.Statuses;

/// <summary>Order of resource versions of one kind.</summary>
internal static class ResourceVersions
{
    /// <summary>
    /// Whether <paramref name="seen"/> is <paramref name="written"/> or a later one. They are decimal numbers that grow: KEP-5504, "Comparable
    /// Resource Version"; where one is none, only the same is as late.
    /// </summary>
    public static bool HasReached(string? seen, string written) =>
        ulong.TryParse(seen, NumberStyles.None, CultureInfo.InvariantCulture, out var one) && ulong.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var other)
            ? one >= other
            : seen == written;
}
