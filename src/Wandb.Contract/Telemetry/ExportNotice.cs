namespace Wandb.Contract.Telemetry;

/// <summary>Sees how exports end: the library tells nobody that they fail.</summary>
/// <param name="tell">Is given one sentence without headers or query; null when an export went well.</param>
public sealed class ExportNotice(Action<string?> tell) : DelegatingHandler(NewTransport())
{
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Seen(request, base.Send(request, cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            tell($"{Place(request)} cannot be reached");
            throw;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Seen(request, await base.SendAsync(request, cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            tell($"{Place(request)} cannot be reached");
            throw;
        }
    }

    private HttpResponseMessage Seen(HttpRequestMessage request, HttpResponseMessage response)
    {
        tell(response.IsSuccessStatusCode ? null : $"{Place(request)} answers HTTP {(int)response.StatusCode}");
        return response;
    }

    private static string? Place(HttpRequestMessage request) => request.RequestUri?.GetLeftPart(UriPartial.Path);

    private static SocketsHttpHandler NewTransport() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ActivityHeadersPropagator = null,
    };
}
