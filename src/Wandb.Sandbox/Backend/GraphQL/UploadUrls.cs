using Wandb.Sandbox.Backend.Storage;

namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>Signed URLs as an object store gives them: whoever has one may PUT there, with the headers it was signed for and without a key.</summary>
internal sealed class UploadUrls(BackendState state, Uri baseUrl)
{
    /// <summary>The header that the store demands back; its value is the kind of the target.</summary>
    public const string HeaderName = "X-Sandbox-Upload";

    public string For(UploadTarget target)
    {
        // The name stands in the query: in a path, "a/../b" would be shortened on its way.
        var token = state.Offer(target);
        return new Uri(baseUrl, $"storage/{target.Kind}/{token}?sig={token}&name={Uri.EscapeDataString(target.Name)}").AbsoluteUri;
    }

    /// <summary>What an answer lists as uploadHeaders, each "Name:Value".</summary>
    /// <param name="kind">Kind of the target.</param>
    /// <param name="contentType">Null: any will do.</param>
    public static string[] Headers(string kind, string? contentType) =>
        contentType is null ? [$"{HeaderName}:{kind}"] : [$"{HeaderName}:{kind}", $"Content-Type:{contentType}"];
}
