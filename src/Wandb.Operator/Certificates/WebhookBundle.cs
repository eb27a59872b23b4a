using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wandb.Operator.Certificates;

/// <summary>The <c>caBundle</c> of every webhook of one configuration.</summary>
internal static class WebhookBundle
{
    /// <summary>Every webhook's caBundle holds at least these certificates; true also of a configuration without webhooks.</summary>
    public static bool Trusts(JsonElement configuration, string certificates) =>
        Webhooks(configuration).All(webhook => CertificateBundle.Contains(CertificateBundle.Decode(BundleOf(webhook)), certificates));

    /// <summary>
    /// RFC 6902. Each change is guarded by the webhook's name: a configuration that got other webhooks in between is refused, read and patched
    /// anew. Nothing else is written, so selectors and policies stay whoever's they are.
    /// </summary>
    /// <returns>Null: every webhook has exactly this bundle.</returns>
    public static JsonArray? Patch(JsonElement configuration, string bundle)
    {
        var operations = new JsonArray();
        var encoded = CertificateBundle.Encode(bundle);
        var index = 0;
        foreach (var webhook in Webhooks(configuration))
        {
            if (!CertificateBundle.AreSame(CertificateBundle.Decode(BundleOf(webhook)), bundle))
            {
                operations.Add(Operation("test", $"/webhooks/{index}/name", webhook.TryGetProperty("name", out var name) ? name.GetString() : ""));
                operations.Add(Operation("add", $"/webhooks/{index}/clientConfig/caBundle", encoded));
            }
            index++;
        }
        return operations.Count == 0 ? null : operations;
    }

    private static JsonElement.ArrayEnumerator Webhooks(JsonElement configuration) =>
        configuration.TryGetProperty("webhooks", out var webhooks) && webhooks.ValueKind == JsonValueKind.Array ? webhooks.EnumerateArray() : default;

    private static string? BundleOf(JsonElement webhook) =>
        webhook.TryGetProperty("clientConfig", out var config) && config.TryGetProperty("caBundle", out var bundle) ? bundle.GetString() : null;

    private static JsonObject Operation(string op, string path, string? value) => new() { ["op"] = op, ["path"] = path, ["value"] = value };
}
