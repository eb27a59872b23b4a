using Wandb.Operator.Serving;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Certificates;

/// <summary>Registration of whoever keeps the serving certificate.</summary>
internal static class CertificateServices
{
    public static IServiceCollection AddCertificates(this IServiceCollection services, OperatorOptions options, ServingCertificate serving)
    {
        services.AddSingleton(serving);
        services.AddSingleton<IReadiness>(serving);
        services.AddSingleton<CaBundleWriter>();
        services.AddSingleton<IReadiness>(provider => provider.GetRequiredService<CaBundleWriter>());
        services.AddSingleton<CertificateChanges>();
        services.AddSingleton(new CertificateTimes());
        if (options.WritesCaBundle && options.WebhookConfiguration.Length > 0)
        {
            services.AddWatch(new WatchedResource<WatchedWebhooks>
            {
                Name = "mutatingwebhookconfigurations",
                Path = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
                FieldSelector = $"metadata.name={options.WebhookConfiguration}",
                Read = WatchedWebhooks.Read,
            });
            services.AddHostedService<ChangeMarks<WatchedWebhooks>>();
        }
        if (options.CertificateDirectory is not null)
            return services.AddHostedService<CertificateDirectoryKeeper>();
        services.AddWatch(new WatchedResource<WatchedSecret>
        {
            Name = "secrets",
            Path = $"/api/v1/namespaces/{Uri.EscapeDataString(options.Namespace)}/secrets",
            FieldSelector = $"metadata.name={options.CertificateSecret}",
            Read = WatchedSecret.Read,
        });
        services.AddHostedService<ChangeMarks<WatchedSecret>>();
        return services.AddHostedService<CertificateKeeper>();
    }
}
