using System.Text;

namespace Wandb.Agent.Http;

/// <summary>Holds the W&amp;B API key so that it can be sent but never printed: ToString, logs and records show a placeholder.</summary>
internal sealed class ApiKey
{
    private readonly string key;
    private readonly string credential;

    /// <param name="key">The key as the user has it; surrounding white space (the line end of a key file) is dropped. Not empty.</param>
    internal ApiKey(string key)
    {
        this.key = key.Trim();
        ArgumentException.ThrowIfNullOrEmpty(this.key, nameof(key));
        credential = Convert.ToBase64String(Encoding.UTF8.GetBytes("api:" + this.key));
    }

    /// <summary>The parameter of <c>Authorization: Basic</c>.</summary>
    internal string BasicCredential => credential;

    /// <summary>Text that may come from outside (a server's message), with every trace of the key taken out.</summary>
    internal string Redact(string text) =>
        text.Replace(key, "[key]", StringComparison.Ordinal).Replace(credential, "[key]", StringComparison.Ordinal);

    public override string ToString() => "[key]";
}
