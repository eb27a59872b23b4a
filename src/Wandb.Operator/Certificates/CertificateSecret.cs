using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Certificates;

/// <summary>
/// The Secret's form: <c>ca.crt</c>, <c>ca.key</c>, <c>tls.crt</c>, <c>tls.key</c>, during a rotation <c>next-ca.crt</c>, <c>next-ca.key</c>
/// and the annotation of <see cref="PublishedAnnotation"/>, after it <c>cross.crt</c> and <c>retired-ca.UNIX-SECONDS.crt</c>, named by its end.
/// </summary>
internal static class CertificateSecret
{
    public const string PublishedAnnotation = InjectionKeys.Prefix + "next-ca-published";

    private const string AuthorityName = "ca";
    private const string ServingName = "tls";
    private const string NextName = "next-ca";
    private const string CrossName = "cross.crt";
    private const string RetiredPrefix = "retired-ca.";
    private const string CertificateSuffix = ".crt";
    private const string KeySuffix = ".key";

    /// <returns>Null: it has no certificates, or none that can be read.</returns>
    public static CertificateState? Read(JsonElement secret)
    {
        var data = Data(secret);
        if (Pair(data, AuthorityName) is not { } authority || Pair(data, ServingName) is not { } serving)
            return null;
        return new CertificateState
        {
            Authority = authority,
            CrossPem = data.GetValueOrDefault(CrossName),
            Serving = serving,
            NextAuthority = Pair(data, NextName),
            NextPublishedAt = Published(secret),
            Retired = [.. data.Select(entry => Retired(entry.Key, entry.Value)).OfType<RetiredAuthority>().OrderBy(retired => retired.Until)],
        };
    }

    /// <param name="existing">As it was read: its version, labels and foreign entries stay; null: the Secret is to be created.</param>
    /// <returns>The whole object, as UTF-8.</returns>
    public static byte[] Write(string @namespace, string name, CertificateState state, JsonElement? existing)
    {
        var secret = existing is { } found ? JsonObject.Create(found)! : New(@namespace, name);
        var data = secret["data"] as JsonObject ?? [];
        foreach (var key in data.Select(entry => entry.Key).Where(IsOurs).ToList())
            data.Remove(key);
        Put(data, AuthorityName, state.Authority);
        Put(data, ServingName, state.Serving);
        if (state.NextAuthority is { } next)
            Put(data, NextName, next);
        if (state.CrossPem is { } cross)
            data[CrossName] = Encode(cross);
        foreach (var retired in state.Retired)
            data[RetiredKey(retired, data)] = Encode(retired.Pem);
        secret["data"] = data;
        Publish(secret["metadata"]!.AsObject(), state.NextAuthority is null ? null : state.NextPublishedAt);
        return Encoding.UTF8.GetBytes(secret.ToJsonString());
    }

    private static Dictionary<string, string> Data(JsonElement secret)
    {
        var data = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!secret.TryGetProperty("data", out var entries) || entries.ValueKind != JsonValueKind.Object)
            return data;
        foreach (var entry in entries.EnumerateObject())
        {
            if (entry.Value.ValueKind == JsonValueKind.String && entry.Value.TryGetBytesFromBase64(out var bytes))
                data[entry.Name] = Encoding.UTF8.GetString(bytes);
        }
        return data;
    }

    private static IssuedCertificate? Pair(Dictionary<string, string> data, string name) =>
        IssuedCertificate.Read(data.GetValueOrDefault(name + CertificateSuffix), data.GetValueOrDefault(name + KeySuffix));

    private static DateTimeOffset? Published(JsonElement secret) =>
        secret.TryGetProperty("metadata", out var metadata)
        && metadata.TryGetProperty("annotations", out var annotations) && annotations.ValueKind == JsonValueKind.Object
        && annotations.TryGetProperty(PublishedAnnotation, out var text) && text.ValueKind == JsonValueKind.String
        && DateTimeOffset.TryParse(text.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var published)
            ? published
            : null;

    private static RetiredAuthority? Retired(string key, string pem) =>
        key.StartsWith(RetiredPrefix, StringComparison.Ordinal)
        && key.EndsWith(CertificateSuffix, StringComparison.Ordinal)
        && long.TryParse(key[RetiredPrefix.Length..^CertificateSuffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? new RetiredAuthority(pem, DateTimeOffset.FromUnixTimeSeconds(seconds))
            : null;

    // Two that end in the same second: one of them stays a little longer.
    private static string RetiredKey(RetiredAuthority retired, JsonObject data)
    {
        var seconds = retired.Until.ToUnixTimeSeconds();
        while (true)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{RetiredPrefix}{seconds}{CertificateSuffix}");
            if (!data.ContainsKey(key))
                return key;
            seconds++;
        }
    }

    private static bool IsOurs(string key) =>
        key is CrossName
        || key.StartsWith(RetiredPrefix, StringComparison.Ordinal)
        || new[] { AuthorityName, ServingName, NextName }.Any(name => key == name + CertificateSuffix || key == name + KeySuffix);

    private static JsonObject New(string @namespace, string name) =>
        new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = @namespace,
                ["labels"] = new JsonObject { ["app.kubernetes.io/name"] = "wandb-operator" },
            },
            ["type"] = "Opaque",
        };

    private static void Put(JsonObject data, string name, IssuedCertificate certificate)
    {
        data[name + CertificateSuffix] = Encode(certificate.Pem);
        data[name + KeySuffix] = Encode(certificate.KeyPem);
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static void Publish(JsonObject metadata, DateTimeOffset? published)
    {
        if (published is { } at)
        {
            if (metadata["annotations"] is not JsonObject annotations)
                metadata["annotations"] = annotations = [];
            annotations[PublishedAnnotation] = at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        }
        else
        {
            (metadata["annotations"] as JsonObject)?.Remove(PublishedAnnotation);
        }
    }
}
