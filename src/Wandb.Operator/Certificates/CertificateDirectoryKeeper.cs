using System.Diagnostics.CodeAnalysis;

namespace Wandb.Operator.Certificates;

/// <summary>
/// Serves what somebody else, such as cert-manager, puts into a directory: <c>tls.crt</c> with its chain, <c>tls.key</c>, and <c>ca.crt</c> where clients
/// are to trust it. Reads the files every few seconds: a mounted Secret changes by a link, of which file watchers say nothing on some systems.
/// </summary>
internal sealed class CertificateDirectoryKeeper(
    ServingCertificate serving, CaBundleWriter webhooks, OperatorOptions options, CertificateChanges changes, TimeProvider time,
    ILogger<CertificateDirectoryKeeper> log) : BackgroundService
{
    public static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    // A patch that is refused, and a configuration that nobody changes.
    private static readonly TimeSpan WriteAgain = TimeSpan.FromMinutes(5);

    private readonly string _directory = options.CertificateDirectory!;
    private CertificateFiles? _last;
    private string? _lastProblem;
    private DateTimeOffset _writeAt = DateTimeOffset.MinValue;

    [SuppressMessage("Design", "CA1031", Justification = "Boundary of the loop: a mistake must not end the reading of later certificates.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                log.KeepingFailed(exception, _directory, LookAgain);
            }
            if (await changes.WaitAsync(LookAgain, stoppingToken))
                _writeAt = DateTimeOffset.MinValue;
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        var (files, problem) = CertificateFiles.Read(_directory);
        if (problem is not null && problem != _lastProblem)
        {
            if (files is null)
                log.FilesUnusable(_directory, problem);
            else
                log.AuthoritiesMissing(_directory, problem);
        }
        _lastProblem = problem;
        if (files is null)
            return;
        if (files != _last)
        {
            serving.Set(files.Certificate, files.Chain, files.Authorities);
            log.ServesFiles(_directory, files.Certificate.NotAfter);
            _last = files;
            _writeAt = DateTimeOffset.MinValue;
        }
        if (!options.WritesCaBundle || files.Authorities is not { } authorities || time.GetUtcNow() < _writeAt)
            return;
        var isRight = await webhooks.WriteAsync(authorities, ct);
        _writeAt = time.GetUtcNow() + (isRight ? WriteAgain : TimeSpan.Zero);
    }
}
