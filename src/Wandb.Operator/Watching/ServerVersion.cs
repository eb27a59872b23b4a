using System.Globalization;
using System.Text.Json;

namespace Wandb.Operator.Watching;

/// <summary>Version of the API server, as <c>GET /version</c> tells it; everybody may ask for it.</summary>
/// <param name="Minor">Without what builders of clusters put behind it (<c>29+</c>).</param>
internal sealed record ServerVersion(int Major, int Minor)
{
    public const string Path = "/version";

    /// <returns>Null: it is none.</returns>
    public static ServerVersion? Read(JsonElement json) =>
        Number(json, "major") is { } major && Number(json, "minor") is { } minor ? new ServerVersion(major, minor) : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private static int? Number(JsonElement json, string member)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(member, out var text) || text.ValueKind != JsonValueKind.String)
            return null;
        var digits = text.GetString()!;
        var end = digits.AsSpan().IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? digits : digits.AsSpan(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
